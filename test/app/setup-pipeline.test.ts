import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SetupRequest, SetupWarning } from '../../src/app/setup-pipeline-draft.ts';
import { SETTING_KEYS } from '../../src/app/setup-pipeline-settings.ts';
import type { SetupReport } from '../../src/app/setup-pipeline.ts';
import { setupPipeline } from '../../src/app/setup-pipeline.ts';
import { AppError } from '../../src/errors.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { aStage, fakeTools, SERVER_TIME } from '../support/fake-tools.ts';
import { FIELD_KEYS } from '../../src/core/policy.ts';

const SUPPORT = { entityTypeId: 2, categoryId: 5 };

let tools: FakeTools;
beforeEach(() => {
  tools = fakeTools();
});

async function setUp(request: Partial<SetupRequest> = {}): Promise<SetupReport> {
  const result = await setupPipeline({ pipeline: SUPPORT, ...request }, tools);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

async function problemsOf(request: Partial<SetupRequest>) {
  const result = await setupPipeline({ pipeline: SUPPORT, ...request }, tools);
  return result.ok ? [] : result.problems;
}

const pair = (key: string, value: string) => ({ key, value });
const codesOf = (warnings: readonly SetupWarning[]) => warnings.map(({ code }) => code);

describe('a first setup', () => {
  test('guesses the roles from semantics and names', async () => {
    const { policy } = await setUp();

    expect(policy).toMatchObject({
      schema: 1,
      version: 1,
      pipeline: SUPPORT,
      stages: {
        'C5:NEW': 'work',
        'C5:WORK': 'work',
        'C5:CHECK': 'awaiting-confirmation',
        'C5:WON': 'closed:confirmed',
        'C5:LOSE': 'exempt',
      },
      returnStage: 'C5:WORK',
      language: 'ru',
      firstWaitDays: 1,
      secondWaitDays: 1,
      undoMinutes: 10,
      reopenWindowDays: 5,
      autoAsk: true,
      leads: [1],
      diagnostics: null,
    });
    expect(Object.keys(policy.stages)).not.toContain('C9:WON');
  });

  test('leaves what was moved before it alone', async () => {
    expect((await setUp()).policy.cutoff).toBe(SERVER_TIME);
  });

  test('only observes a pipeline that has tickets, enforces in an empty one', async () => {
    expect((await setUp()).policy.mode).toBe('enforce');
    tools = fakeTools();
    tools.setup.tickets = 12;
    const { policy, warnings } = await setUp();

    expect(policy.mode).toBe('observe');
    expect(codesOf(warnings)).toContain('observe-mode');
  });

  test('does as told about the mode and the language', async () => {
    tools.setup.tickets = 12;

    expect((await setUp({ mode: 'enforce', language: 'en' })).policy).toMatchObject({
      mode: 'enforce',
      language: 'en',
    });
  });

  test('creates the fields, telling how far it is, and stores their names and items', async () => {
    const heard: string[] = [];
    const result = await setupPipeline({ pipeline: SUPPORT }, tools, (done, total) =>
      heard.push(`${done}/${total}`),
    );

    expect(result.ok && result.created).toHaveLength(FIELD_KEYS.length);
    expect(heard.at(-1)).toBe(`${FIELD_KEYS.length}/${FIELD_KEYS.length}`);
    expect(result.ok && result.policy.fields.solution).toBe('UF_CRM_CG_SOLUTION');
    expect(result.ok && Object.keys(result.policy.options.kbDecision)).toEqual([
      'created',
      'updated',
      'exists',
      'not-needed',
    ]);
  });

  test('is journalled with the version', async () => {
    await setUp();

    expect(tools.journal.lines).toMatchObject([
      { kind: 'policy-saved', pipeline: SUPPORT, policyVersion: 1, detail: { mode: 'enforce' } },
    ]);
  });

  test('warns where a stage or a lead is missing; the lead is the webhook’s user until another is named', async () => {
    tools.setup.stages = tools.setup.stages.filter(({ stageId }) => stageId !== 'C5:CHECK');

    const settings = [{ key: 'lead', value: 'none' }];

    expect(codesOf((await setUp()).warnings)).toEqual(['no-awaiting-stage']);
    expect(codesOf((await setUp({ settings })).warnings)).toEqual([
      'no-awaiting-stage',
      'no-leads',
    ]);
  });
});

describe('overrides', () => {
  test('of stages win over guesses', async () => {
    const { policy } = await setUp({
      stages: [pair('C5:LOSE', 'closed:spam'), pair('C5:CHECK', 'gate')],
    });

    expect(policy.stages).toMatchObject({ 'C5:LOSE': 'closed:spam', 'C5:CHECK': 'gate' });
  });

  test.each([
    ['firstWaitDays', '2', { firstWaitDays: 2 }],
    ['secondWaitDays', '2', { secondWaitDays: 2 }],
    ['undoMinutes', '0', { undoMinutes: 0 }],
    ['reopenWindowDays', '30', { reopenWindowDays: 30 }],
    ['maxReturns', '3', { maxReturns: 3 }],
    ['returnWindowMinutes', '5', { returnWindowMinutes: 5 }],
    ['autoAsk', 'false', { autoAsk: false }],
    ['daysOff', '2026-12-31,2026-12-30', { daysOff: ['2026-12-30', '2026-12-31'] }],
    ['workDays', 'none', { workDays: [] }],
    ['timeZone', 'Asia/Yekaterinburg', { timeZone: 'Asia/Yekaterinburg' }],
    ['cutoff', '2026-01-31T09:30+03:00', { cutoff: Date.parse('2026-01-31T06:30:00Z') }],
    ['autoAsk', 'YES', { autoAsk: true }],
    ['thanksConfirms', 'on', { thanksConfirms: true }],
    ['digest', 'off', { digest: false }],
    ['channels', 'mail, chat', { channels: ['mail', 'chat'] }],
    ['channels', 'call', { channels: ['call'] }],
    ['returnStage', 'C5:NEW', { returnStage: 'C5:NEW' }],
    ['language', 'en', { language: 'en' }],
    ['lead', '7, 12,7', { leads: [7, 12] }],
    ['lead', 'none', { leads: [] }],
    [
      'diagnostics',
      'UF_CRM_KIND:12,13',
      { diagnostics: { field: 'UF_CRM_KIND', values: ['12', '13'] } },
    ],
    ['diagnostics', 'none', { diagnostics: null }],
  ])('%s=%s is taken', async (key, value, expected) => {
    expect((await setUp({ settings: [pair(key, value)] })).policy).toMatchObject(expected);
  });

  test('of a criterion change its strictness and nothing else', async () => {
    const before = (await setUp()).policy.criteria;
    const after = (await setUp({ settings: [pair('criterion.client-confirmed', 'warn')] })).policy;

    const changed = after.criteria.filter((one, at) => one.strictness !== before[at]?.strictness);
    expect(changed).toMatchObject([{ id: 'client-confirmed', strictness: 'warn' }]);
    expect(after.criteria).toHaveLength(before.length);
  });

  test.each([
    ['firstWaitDays', '0', '1-2'],
    ['firstWaitDays', '3', '1-2'],
    ['secondWaitDays', '1.5', '1-2'],
    ['undoMinutes', '61', '0-60'],
    ['undoMinutes', '-1', '0-60'],
    ['reopenWindowDays', '0', '1-30'],
    ['reopenWindowDays', '31', '1-30'],
    ['autoAsk', 'maybe', 'true, false'],
    ['thanksConfirms', 'perhaps', 'true, false'],
    ['digest', 'daily', 'true, false'],
    ['channels', 'sms', 'chat[,mail[,call]]'],
    ['channels', 'chat,chat', 'chat[,mail[,call]]'],
    ['channels', '', 'chat[,mail[,call]]'],
    ['language', 'de', 'ru, en'],
    ['cutoff', '2026-01-31T09:30', '2026-12-31T10:00+03:00'],
    ['cutoff', '2026-02-30T09:30Z', '2026-12-31T10:00+03:00'],
    ['lead', '0', '1[,2...], none'],
    ['lead', 'anna', '1[,2...], none'],
    ['diagnostics', 'UF_CRM_KIND', 'FIELD:value[,value...], none'],
    ['criterion.client-confirmed', 'hard', 'off, warn, justify, block'],
  ])('%s=%s is refused with what is allowed', async (key, value, available) => {
    expect(await problemsOf({ settings: [pair(key, value)] })).toEqual([
      { code: 'set-bad-value', params: { key, value, available } },
    ]);
  });

  test.each(['fistWaitDays', 'criterion.nothing', '__proto__', 'constructor', 'stages', 'version'])(
    'the unknown key %s is refused with the list of keys',
    async (key) => {
      expect(await problemsOf({ settings: [pair(key, '1')] })).toEqual([
        { code: 'set-unknown', params: { key, available: SETTING_KEYS.join(', ') } },
      ]);
    },
  );

  test('are refused all at once, and nothing is created or stored', async () => {
    const problems = await problemsOf({
      stages: [pair('C5:NOPE', 'work'), pair('C5:WON', 'closed:maybe')],
      settings: [pair('undoMinutes', 'x')],
    });

    expect(problems.map(({ code }) => code)).toEqual([
      'stage-unknown',
      'role-unknown',
      'set-bad-value',
    ]);
    expect(problems[0]?.params['available']).toContain('C5:WON (Закрыто)');
    expect(problems[1]?.params['available']).toContain('closed:no-answer');
    expect(tools.setup.present.size).toBe(0);
    expect(tools.policies.saved).toEqual([]);
  });
});

describe('a pipeline that cannot be gated', () => {
  test('because it does not exist: the ones there are are named', async () => {
    const pipeline = { entityTypeId: 2, categoryId: 8 };

    expect(await problemsOf({ pipeline })).toEqual([
      {
        code: 'pipeline-unknown',
        params: { pipeline: '2:8', available: '2:0 (Продажи), 2:5 (Поддержка)' },
      },
    ]);
  });

  test('because the portal shows none of the type', async () => {
    const problems = await problemsOf({ pipeline: { entityTypeId: 177, categoryId: 8 } });

    expect(problems).toMatchObject([{ code: 'no-pipelines', params: { pipeline: '177:8' } }]);
  });

  test('because no stage closes', async () => {
    const problems = await problemsOf({ stages: [pair('C5:WON', 'exempt')] });

    expect(problems).toMatchObject([{ code: 'no-closed-stage' }]);
  });

  test('because there is no work stage to return to', async () => {
    const problems = await problemsOf({
      stages: [pair('C5:NEW', 'exempt'), pair('C5:WORK', 'exempt')],
    });

    expect(problems).toMatchObject([{ code: 'no-return-stage' }]);
  });

  test.each(['C5:WON', 'C5:NOPE', 'constructor'])(
    'because %s is no stage to return to',
    async (stage) => {
      expect(await problemsOf({ settings: [pair('returnStage', stage)] })).toMatchObject([
        {
          code: 'return-stage-not-work',
          params: { stage, available: 'C5:NEW (Новое), C5:WORK (В работе)' },
        },
      ]);
    },
  );
});

describe('a later setup', () => {
  test('that changes nothing stores nothing', async () => {
    const first = await setUp({ settings: [pair('undoMinutes', '5')] });
    tools.setup.now += 60_000;

    const second = await setUp();

    expect(second).toMatchObject({ changed: false, created: [], policy: { version: 1 } });
    expect(second.policy).toEqual(first.policy);
    expect(tools.journal.lines).toHaveLength(1);
  });

  test('keeps earlier overrides, the mode and the cut-off', async () => {
    await setUp({
      mode: 'enforce',
      language: 'en',
      stages: [pair('C5:LOSE', 'closed:spam')],
      settings: [
        pair('firstWaitDays', '2'),
        pair('criterion.client-confirmed', 'warn'),
        pair('lead', '7'),
        pair('returnStage', 'C5:NEW'),
      ],
    });
    tools.setup.tickets = 50;
    tools.setup.now += 86_400_000;

    const { policy } = await setUp({ settings: [pair('undoMinutes', '3')] });

    expect(policy).toMatchObject({
      version: 2,
      mode: 'enforce',
      language: 'en',
      cutoff: SERVER_TIME,
      firstWaitDays: 2,
      undoMinutes: 3,
      leads: [7],
      returnStage: 'C5:NEW',
    });
    expect(policy.stages['C5:LOSE']).toBe('closed:spam');
    expect(policy.criteria.find(({ id }) => id === 'client-confirmed')?.strictness).toBe('warn');
  });

  test('takes a new override over an earlier one', async () => {
    await setUp({ mode: 'enforce', stages: [pair('C5:LOSE', 'closed:spam')] });

    const { policy } = await setUp({ mode: 'observe', stages: [pair('C5:LOSE', 'exempt')] });

    expect(policy).toMatchObject({ version: 2, mode: 'observe' });
    expect(policy.stages['C5:LOSE']).toBe('exempt');
  });

  test('guesses a stage that is new and forgets one that is gone', async () => {
    await setUp({ settings: [pair('returnStage', 'C5:NEW')] });
    tools.setup.stages = [
      ...tools.setup.stages.filter(({ stageId }) => stageId !== 'C5:NEW'),
      aStage('C5:OK', 'Ждём подтверждения клиента', 35),
    ];

    const { policy, warnings } = await setUp();

    expect(policy.stages['C5:OK']).toBe('awaiting-confirmation');
    expect(Object.keys(policy.stages)).not.toContain('C5:NEW');
    expect(policy.returnStage).toBe('C5:WORK');
    expect(warnings).toContainEqual({ code: 'stage-gone', stages: 'C5:NEW' });
  });

  test('renaming a stage changes nothing', async () => {
    await setUp();
    tools.setup.stages = tools.setup.stages.map((stage) => ({ ...stage, name: 'Спам' }));

    expect((await setUp()).changed).toBe(false);
  });

  test('mends a stored policy that cannot be read', async () => {
    tools.policies.find = async () => {
      throw new AppError('policy-invalid', 'Run setup again.');
    };

    expect((await setUp()).policy.version).toBe(1);
  });

  test('does not take a store that is away for a fresh portal', async () => {
    tools.policies.find = async () => {
      throw new AppError('store-unavailable', 'Start Redis.');
    };

    await expect(setUp()).rejects.toThrow('Start Redis.');
    expect(tools.setup.present.size).toBe(0);
  });
});
