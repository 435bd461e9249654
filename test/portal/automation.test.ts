/** How the portal's answers about triggers and robots are understood. */
import { describe, expect, test } from '@jest/globals';
import type { TriggerSignal } from '../../src/app/ports/triggers.ts';
import type { BatchCommand } from '../../src/bitrix24/batch-command.ts';
import type { BatchOptions, PortalClient } from '../../src/bitrix24/portal-client.ts';
import { createRobotAnswers } from '../../src/bitrix24/robot-answers.ts';
import { createTriggerCaller } from '../../src/bitrix24/trigger-caller.ts';
import type { CommandResult } from '../../src/bitrix24/unwrap.ts';
import { AppError } from '../../src/errors.ts';
import { recordingLog } from '../support/recording-log.ts';

type Reply = CommandResult | undefined;

/** A portal that answers each command as told, or breaks off; `taking` is how long it takes for one. */
function aClient(reply: (command: BatchCommand) => Reply | AppError, taking = 0) {
  const asked: { commands: readonly BatchCommand[]; options: BatchOptions }[] = [];
  const client: PortalClient = {
    origin: () => 'https://portal.example',
    call: () => Promise.reject(new Error('batches only')),
    async batch(commands, options) {
      asked.push({ commands, options });
      const answers = new Map<string, CommandResult>();
      for (const command of commands) {
        const answer = reply(command);
        if (answer instanceof AppError) throw answer;
        if (answer) answers.set(command.key, answer);
      }
      options.took?.(taking * commands.length);
      return answers;
    },
  };
  return { client, asked };
}

const ok: Reply = { ok: true, value: true, total: null, next: null };
const no = (code: string): Reply => ({ ok: false, code, httpStatus: 200 });
const broken = new AppError('portal-outcome-unknown', 'broke off', { retry: 'backoff' });
const signal = (id: number): TriggerSignal => ({
  code: 'closegate_returned',
  ref: { entityTypeId: 1044, id },
  fact: '1',
});
const signals = (count: number) => Array.from({ length: count }, (_, at) => signal(at + 1));

describe('a trigger', () => {
  test('goes out as the documentation writes it', async () => {
    const { client, asked } = aClient(() => ok);

    expect(await createTriggerCaller(client).fire([signal(7)])).toEqual([{ kind: 'accepted' }]);

    expect(asked[0]?.commands).toMatchObject([
      {
        method: 'crm.automation.trigger.execute',
        params: { CODE: 'closegate_returned', OWNER_TYPE_ID: 1044, OWNER_ID: 7 },
      },
    ]);
    expect(asked[0]?.options).toMatchObject({ write: true, halt: false, priority: 'live' });
  });

  test.each([
    ['QUERY_LIMIT_EXCEEDED', { kind: 'unsent' }],
    ['OPERATION_TIME_LIMIT', { kind: 'unsent' }],
    ['INTERNAL_SERVER_ERROR', { kind: 'unknown' }],
    ['NO_ANSWER', { kind: 'unknown' }],
    ['ACCESS_DENIED', { kind: 'refused', code: 'ACCESS_DENIED' }],
    ['-', { kind: 'refused', code: '-' }],
  ])('that the portal answers with %s is %j', async (code, outcome) => {
    const { client } = aClient(() => no(code));

    expect(await createTriggerCaller(client).fire([signal(1)])).toEqual([outcome]);
  });

  test('whose request broke off may have been run; one that was not sent is thrown', async () => {
    const away = new AppError('portal-unreachable', 'away', { retry: 'backoff' });
    const { client } = aClient(() => broken);
    const { client: gone } = aClient(() => away);

    expect(await createTriggerCaller(client).fire(signals(2))).toEqual([
      { kind: 'unknown' },
      { kind: 'unknown' },
    ]);
    await expect(createTriggerCaller(gone).fire(signals(2))).rejects.toBe(away);
  });

  test('goes in small batches first, in larger ones where the portal is quick, behind live moves in a storm', async () => {
    const { client, asked } = aClient(() => ok, 0.01);
    const caller = createTriggerCaller(client);
    const first = caller.atOnce();
    await caller.fire(signals(first));
    const later = caller.atOnce();
    await caller.fire(signals(later));

    expect([first, later]).toEqual([10, 50]);
    expect(asked.map(({ options }) => options.priority)).toEqual(['live', 'bulk']);
  });
});

describe('an answer to a robot', () => {
  const answer = { id: 'a', eventToken: 'token', log: 'done' };

  test('goes out as the documentation writes it, without values where there are none', async () => {
    const { client, asked } = aClient(() => ok);
    const answers = createRobotAnswers(client, recordingLog());

    await answers.send([
      { ...answer, values: { passed: false, missing: 'one\ntwo' } },
      { ...answer, id: 'b', values: null },
    ]);

    expect(asked[0]?.commands.map(({ method, params }) => [method, params])).toEqual([
      [
        'bizproc.event.send',
        {
          EVENT_TOKEN: 'token',
          RETURN_VALUES: { passed: 'N', missing: 'one\ntwo' },
          LOG_MESSAGE: 'done',
        },
      ],
      ['bizproc.event.send', { EVENT_TOKEN: 'token', LOG_MESSAGE: 'done' }],
    ]);
  });

  test.each([
    ['taken', () => ok, 'taken'],
    ['refused for good', () => no('ACCESS_DENIED'), 'refused'],
    ['stopped by a limit', () => no('QUERY_LIMIT_EXCEEDED'), 'again'],
    ['not answered', () => no('NO_ANSWER'), 'again'],
    ['broken off', () => broken, 'again'],
  ])('that was %s is understood', async (_what, reply, outcome) => {
    const { client } = aClient(reply);
    const sent = await createRobotAnswers(client, recordingLog()).send([
      { ...answer, values: null },
    ]);

    expect([...sent]).toEqual([['a', outcome]]);
  });
});
