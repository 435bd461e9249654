import { describe, expect, test } from '@jest/globals';
import { AppError, faultFields } from '../../src/errors.ts';
import { backoffMs, jobOutcome } from '../../src/queue/job-outcome.ts';

describe('what becomes of a job that failed', () => {
  test.each([
    [
      'a passing fault is retried',
      new AppError('portal-unreachable', 'm', { retry: 'backoff' }),
      { kind: 'retry' },
    ],
    [
      'a fault with a time is put off until then',
      new AppError('portal-time-limited', 'm', { retry: 'after', retryAfterMs: 9000 }),
      { kind: 'delay', ms: 9000 },
    ],
    [
      'a fault with a time already over is put off a little',
      new AppError('portal-rate-limited', 'm', { retry: 'after' }),
      { kind: 'delay', ms: 250 },
    ],
    ['a fault for a person is given up', new AppError('portal-denied', 'm'), { kind: 'give-up' }],
    ['a bug is retried', new TypeError('x'), { kind: 'retry' }],
    ['anything else is retried', 'text', { kind: 'retry' }],
  ])('%s', (_title, error, outcome) => {
    expect(jobOutcome(error)).toEqual(outcome);
  });

  test('waits grow from half a second to half a minute', () => {
    expect([0, 1, 2, 5, 100].map((failures) => backoffMs(failures, 1))).toEqual([
      1000, 2000, 4000, 30_000, 30_000,
    ]);
    expect([0, 5].map((failures) => backoffMs(failures, 0))).toEqual([500, 15_000]);
  });

  test('a log line holds codes and places, never the text of an error', () => {
    const secret = new Error('https://portal/rest/1/secret\n    and a second line');
    const fault = new AppError('portal-rejected', 'see the text', {
      detail: 'ACCESS_DENIED',
      cause: secret,
    });

    expect(faultFields(fault)).toEqual({ code: 'portal-rejected', detail: 'ACCESS_DENIED' });
    expect(faultFields(secret)).toMatchObject({
      code: 'Error',
      where: expect.stringContaining('at '),
    });
    expect(JSON.stringify(faultFields(secret))).not.toMatch(/secret|second line/);
    const full = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
    expect(faultFields(full)).toMatchObject({ code: 'OOM' });
    const away = Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' });
    expect(faultFields(away)).toMatchObject({ code: 'ECONNREFUSED' });
    expect(faultFields(null)).toEqual({ code: 'unknown' });
  });
});
