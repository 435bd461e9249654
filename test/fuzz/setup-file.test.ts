/** `npm run setup -- --file` with damaged documents: each is set up whole or refused with what to do, and a refused one changes nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runSetup } from '../../src/cli/run-setup.ts';
import { policySchema } from '../../src/redis/policy-schema.ts';
import { fakeContext, fakeTerminal } from '../support/fake-terminal.ts';
import { fakeTools } from '../support/fake-tools.ts';
import { FUZZ_SEED, fuzzCases, fuzzTimeout } from '../support/fuzz-settings.ts';
import { damaged, seeded } from '../support/mutate.ts';

describe('a damaged document given to setup', () => {
  it(
    `is set up whole, or refused in words and leaves no trace (seed ${FUZZ_SEED})`,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'closegate-setup-fuzz-'));
      const random = seeded(FUZZ_SEED);
      const path = join(folder, 'policy.json');
      const codes = { 0: 0, 1: 0, 2: 0 };
      try {
        const whole = await printed();
        for (let n = 0; n < fuzzCases(50); n += 1) {
          const tools = fakeTools();
          const terminal = fakeTerminal();
          const text = JSON.stringify(damaged(JSON.parse(whole), random, 1 + (n % 3)));
          // Every seventh was cut off while it was copied.
          const end = n % 7 === 0 ? Math.floor(random() * text.length) : undefined;
          await writeFile(path, text.slice(0, end));

          const code = await runSetup(['--file', path, '--yes'], fakeContext(terminal, tools));

          codes[code] += 1;
          if (code === 0) {
            const [saved] = tools.policies.saved;
            expect(policySchema.parse(saved)).toEqual(saved);
          } else {
            expect(tools.policies.saved).toEqual([]);
            expect(terminal.stderr.join('').trim()).not.toBe('');
          }
        }
      } finally {
        await rm(folder, { recursive: true });
      }
      expect(codes[0]).toBeGreaterThan(0);
      expect(codes[2]).toBeGreaterThan(8);
    },
    fuzzTimeout(30_000),
  );
});

/** The document of a pipeline as setup prints it. */
async function printed(): Promise<string> {
  const terminal = fakeTerminal();
  const argv = ['--pipeline', '2:5', '--yes', '--json'];
  await runSetup(argv, fakeContext(terminal, fakeTools()));
  return terminal.stdout[0] ?? '';
}
