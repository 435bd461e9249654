import { expect, test } from '@jest/globals';
import { describeUnexpected } from '../../src/cli/describe-unexpected.ts';

const SECRET = 'abc123secret';

test.each([
  ['a parser', () => JSON.parse(`The client wrote ${SECRET}`)],
  [
    'the store',
    () => {
      throw Object.assign(new Error(`ERR unknown command, with args: ${SECRET}`), {
        name: 'ReplyError',
      });
    },
  ],
  [
    'an address',
    () => {
      throw new TypeError(`Failed to parse URL from /rest/1/${SECRET}/profile`);
    },
  ],
])('what %s quotes is not shown; where it happened is', (_name, run) => {
  const told = describeUnexpected(caught(run));

  expect(told).not.toContain(SECRET);
  expect(told).toMatch(/^(SyntaxError|ERR|TypeError) at .*describe-unexpected\.test\.ts:\d+/);
});

test('a file that cannot be had is named, an address is not', () => {
  const missing = Object.assign(new Error("ENOENT: no such file, open 'out/audit.html'"), {
    syscall: 'open',
  });
  const lost = Object.assign(new Error(`connect to https://p.ru/rest/1/${SECRET}/ failed`), {
    syscall: 'connect',
  });

  expect(describeUnexpected(missing)).toBe("Error: ENOENT: no such file, open 'out/audit.html'");
  expect(describeUnexpected(lost)).toBe('Error: connect to [address] failed');
});

test('what is no error at all is not shown', () => {
  expect(describeUnexpected(SECRET)).toBe('unknown');
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
}
