/** `npm run close` over the sandbox portal: fifty chosen, seven not ready, and the whole run taken back. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExitCode } from '../../src/cli/command.ts';
import { runClose } from '../../src/cli/run-close.ts';
import { composeTools } from '../../src/compose-tools.ts';
import type { Demo } from '../../src/demo.ts';
import { startDemo } from '../../src/demo.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { eventually } from '../support/eventually.ts';
import { readState } from '../support/board-page.ts';
import { fakeTerminal } from '../support/fake-terminal.ts';
import type { FakeTerminal } from '../support/fake-terminal.ts';
import type { ReadyTicket } from '../support/ready-ticket.ts';
import { confirmedByHand, readyTicket } from '../support/ready-ticket.ts';
import { recordingLog } from '../support/recording-log.ts';

const CHOSEN = 50;
const UNCONFIRMED = 7;

describe('npm run close', () => {
  let demo: Demo;
  let dataDir: string;
  let tickets: readonly ReadyTicket[];
  let terminal: FakeTerminal;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'closegate-mass-'));
    demo = await startDemo({ port: 0, sandboxPort: 0, dataDir, log: recordingLog() });
    const made: ReadyTicket[] = [];
    for (let n = 0; n < CHOSEN; n += 1) {
      const ticket = await readyTicket(demo.sandbox, `Обращение ${n}`);
      if (n >= UNCONFIRMED) await confirmedByHand(demo.sandbox, ticket);
      made.push(ticket);
    }
    tickets = made;
  }, 120_000);
  afterAll(async () => {
    await demo.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function run(...argv: string[]): Promise<ExitCode> {
    const note: unknown = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8'));
    const { webhookUrl, redisUrl, portalId, secret, eventUrl } = note as Record<string, string>;
    const input = {
      webhookUrl: webhookUrl ?? '',
      redisUrl: redisUrl ?? '',
      portalId: portalId ?? '',
      dataDir,
      links: { secret: secret ?? '', publicUrl: new URL(eventUrl ?? '').origin },
    };
    terminal = fakeTerminal();
    return runClose(argv, {
      terminal,
      language: 'ru',
      say: sayByName,
      findTarget: async () => ({ input, eventUrl: '', eventTokenCount: 1, demo: true }),
      connect: (target) => composeTools(target.input),
    });
  }

  const closedCount = async (): Promise<number> => {
    const state = await readState(demo.sandboxUrl, '2:5');
    const keys = new Set(tickets.map(({ ref }) => ref.id));
    return state.tickets.filter(({ id, stageId }) => keys.has(id) && stageId === 'C5:WON').length;
  };

  test('closes 43 of fifty in tens of requests, lists seven, and takes all of it back', async () => {
    demo.sandbox.stats.reset();
    expect(await run(...tickets.map(({ key }) => key))).toBe(1);

    // The service's own sweeps and documents are part of the count.
    const { requests, byMethod } = demo.sandbox.stats;
    expect({ requests, byMethod, few: requests < 60 }).toMatchObject({ few: true });
    const said = terminal.stderr.join('\n');
    expect(said).toContain('Выбрано 50, закрыто 43, осталось 7.');
    expect(await closedCount()).toBe(CHOSEN - UNCONFIRMED);
    expect(terminal.stdout.filter((line) => line.includes('не готово'))).toHaveLength(UNCONFIRMED);

    const [, id = ''] = /--undo (\w+)/.exec(said) ?? [];
    // A ticket that the service is working on at this moment is named and left; the same command again takes it back.
    await eventually(
      'all forty-three to be taken back',
      async () => {
        await run('--undo', id);
        return closedCount();
      },
      (left) => left === 0,
    );
    expect(terminal.stderr.join('\n')).toContain('Возвращено');
    expect(demo.sandbox.stats.clientMessages).toBe(0);
  }, 120_000);

  test('without a choice, or with two, explains itself', async () => {
    for (const argv of [
      [],
      ['2:1', '--undo', 'x'],
      ['--pipeline', '2:5'],
      ['x'],
      ['--stage', 'A'],
    ]) {
      expect(await run(...argv)).toBe(2);
      expect(terminal.stderr.join()).toContain('npm run close');
    }
  });
});
