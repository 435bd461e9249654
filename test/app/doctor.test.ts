import { beforeEach, describe, expect, test } from '@jest/globals';
import { diagnose } from '../../src/app/doctor.ts';
import type { DoctorOptions } from '../../src/app/doctor.ts';
import { questionsOf } from '../../src/app/doctor-questions.ts';
import { AppError } from '../../src/errors.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME, SUPPORT_STAGES } from '../support/fake-tools.ts';

const STAGES = {
  'C5:NEW': 'work',
  'C5:WORK': 'work',
  'C5:CHECK': 'awaiting-confirmation',
  'C5:WON': 'closed:confirmed',
} as const;
const POLICY = aPolicy({
  stages: STAGES,
  returnStage: 'C5:WORK',
  leads: [1],
  overriders: [1],
});
const OPTIONS: DoctorOptions = {
  eventTokenCount: 1,
  eventUrl: 'https://gate.company.ru/events',
  write: true,
  demo: false,
  checkMs: 1000,
  eventWaitMs: 1200,
};

let tools: FakeTools;
beforeEach(async () => {
  tools = fakeTools([POLICY]);
  // Nothing to find: one pipeline, its stages mapped, its questions answered.
  tools.probe.stages = SUPPORT_STAGES.filter(
    ({ categoryId, semantics }) => categoryId === 5 && semantics !== 'failure',
  );
  await answerAll('no');
  hearEvent('2:759');
});

async function answerAll(answer: 'yes' | 'no' | 'unknown', policy = POLICY): Promise<void> {
  for (const { id, mark } of questionsOf(policy, tools.probe.stages)) {
    await tools.doctorNotes.answer('webhook', id, { answer, mark, at: SERVER_TIME, by: 1 });
  }
}

/** The nudged ticket's event arrives. */
function hearEvent(lastKey: string): void {
  tools.probe.onNudge = () => {
    tools.events.counts = { ...tools.events.counts, accepted: 11, lastKey };
  };
}

async function found(options: Partial<DoctorOptions> = {}): Promise<readonly string[]> {
  const findings = await diagnose(tools, { ...OPTIONS, ...options });
  return findings.map(({ check, level, code }) => `${level} ${check} ${code}`);
}

async function findingOf(check: string, options: Partial<DoctorOptions> = {}) {
  const findings = await diagnose(tools, { ...OPTIONS, ...options });
  return findings
    .filter((one) => one.check === check)
    .map(({ code, level, params }) => ({ code, level, params }));
}

describe('diagnose', () => {
  test('finds nothing wrong where nothing is', async () => {
    expect(await found()).toEqual([
      'ok webhook ok',
      'ok token ok',
      'ok scopes ok',
      'ok rights admin',
      'ok rights ok',
      'ok redis ok',
      'ok policies ok',
      'ok fields ok',
      'ok required ok',
      'ok stages ok',
      'ok holes ok',
      'ok automation ok',
      'ok people ok',
      'ok calendar ok',
      'ok outbox ok',
      'ok clock ok',
      'ok events ok',
    ]);
  });

  test('reports every check although the portal is away', async () => {
    const away = async (): Promise<never> => {
      throw new AppError('portal-denied', 'Make a new webhook.', { detail: 'NO_AUTH_FOUND' });
    };
    Object.assign(tools.probe, {
      scopes: away,
      profile: away,
      serverTime: away,
      fieldNames: away,
      listStages: away,
      nudge: away,
      requiredFields: away,
      staff: away,
    });

    expect(await found()).toEqual([
      'fail webhook failed',
      'ok token ok',
      'fail scopes failed',
      'fail rights failed',
      'ok redis ok',
      'ok policies ok',
      'fail fields failed',
      'fail required failed',
      'fail stages failed',
      'fail holes failed',
      'fail automation failed',
      'warn people failed',
      'ok calendar ok',
      'ok outbox ok',
      'fail clock failed',
      'fail events failed',
    ]);
    expect(await findingOf('webhook')).toMatchObject([
      { params: { detail: 'portal-denied NO_AUTH_FOUND' } },
    ]);
  });

  test('does not wait for a check that hangs', async () => {
    tools.probe.scopes = () => new Promise(() => undefined);

    expect(await findingOf('scopes', { checkMs: 50 })).toEqual([
      { code: 'failed', level: 'fail', params: { detail: 'portal-unreachable timeout' } },
    ]);
  });

  test('waits for its turn where the portal is busy', async () => {
    const { granted } = tools.probe;
    let busy = true;
    tools.probe.scopes = async () => {
      if (!busy) return granted;
      busy = false;
      throw new AppError('portal-rate-limited', 'Later.', { retry: 'after', retryAfterMs: 1 });
    };

    expect(await found({ checkMs: 10_000 })).toContain('ok scopes ok');
  });

  test('keeps the words of an unexpected fault to itself', async () => {
    tools.probe.scopes = async () => {
      throw new Error('https://portal/rest/1/secret/');
    };

    expect(await findingOf('scopes')).toMatchObject([{ params: { detail: 'unexpected' } }]);
  });
});

describe('token and scopes', () => {
  test('a missing token is a fault', async () => {
    expect(await found({ eventTokenCount: 0 })).toContain('fail token missing');
  });

  test('required scopes are told apart from optional ones', async () => {
    tools.probe.granted = ['crm', 'task'];

    expect(await findingOf('scopes')).toEqual([
      { code: 'missing-required', level: 'fail', params: { scopes: 'im' } },
      {
        code: 'missing-optional',
        level: 'warn',
        params: { scopes: 'user_brief, imopenlines, calendar, userfieldconfig' },
      },
    ]);
  });

  test.each(['user_brief', 'user_basic', 'user'])('%s tells names', async (scope) => {
    tools.probe.granted = [...tools.probe.granted.filter((one) => one !== 'user_brief'), scope];

    expect(await found()).toContain('ok scopes ok');
  });

  test('a smart process cannot do without userfieldconfig', async () => {
    tools = fakeTools([{ ...POLICY, pipeline: { entityTypeId: 177, categoryId: 5 } }]);
    tools.probe.granted = ['crm', 'im', 'user_brief', 'task', 'imopenlines', 'calendar'];

    expect(await findingOf('scopes', { write: false })).toMatchObject([
      { code: 'missing-required', params: { scopes: 'userfieldconfig' } },
    ]);
  });
});

describe('the outbox', () => {
  test('whose breaker opened is a fault until a person looked', async () => {
    tools.outbox.breakerOpen = true;
    expect(await findingOf('outbox')).toMatchObject([{ code: 'stopped', level: 'fail' }]);

    await tools.outbox.resume();
    expect(await findingOf('outbox')).toMatchObject([{ code: 'ok' }]);
  });
});

describe('rights', () => {
  test.each([
    ['read-only', 'fail rights read-only'],
    ['none', 'fail rights none'],
  ] as const)('%s is a fault', async (access, line) => {
    tools.probe.access = access;

    expect(await found()).toContain(line);
  });

  test('a webhook of somebody else than an administrator is a remark', async () => {
    tools.probe.admin = false;

    expect(await found()).toContain('warn rights not-admin');
  });
});

describe('redis', () => {
  test.each([
    [{ appendonly: 'no' as const }, ['fail redis appendonly-off']],
    [{ maxmemoryPolicy: 'allkeys-lru' }, ['fail redis eviction']],
    [{ appendonly: 'unknown' as const }, ['warn redis unknown']],
    [{ memoryOnly: true }, ['warn redis memory-only']],
    [
      { appendonly: 'no' as const, maxmemoryPolicy: 'volatile-ttl' },
      ['fail redis appendonly-off', 'fail redis eviction'],
    ],
  ])('%j is told', async (standing, lines) => {
    tools.store.standing = { ...tools.store.standing, ...standing };

    expect((await found()).filter((line) => line.includes('redis'))).toEqual(lines);
  });
});

describe('policies', () => {
  test('none is a fault, and there is nothing to try events on', async () => {
    tools = fakeTools();

    const lines = await found();

    expect(lines).toContain('fail policies none');
    expect(lines).toContain('warn events no-policy');
    expect(tools.probe.nudged).toEqual([]);
  });

  test.each([
    ['policy-invalid', 'fail policies invalid'],
    ['store-unavailable', 'fail policies failed'],
  ] as const)('%s is told as %s', async (code, line) => {
    tools.policies.list = async () => {
      throw new AppError(code, 'x');
    };

    expect(await found()).toContain(line);
  });
});

describe('fields', () => {
  test('a deleted one is named', async () => {
    tools.probe.fields = tools.probe.fields.filter((name) => name !== 'UF_CRM_CG_SOLUTION');

    expect(await findingOf('fields')).toEqual([
      {
        code: 'missing',
        level: 'fail',
        params: { pipeline: '2:5', fields: 'UF_CRM_CG_SOLUTION' },
      },
    ]);
  });

  test('a deleted list item is named by its code', async () => {
    const { outcome } = POLICY.options;
    tools.probe.items = {
      ...tools.probe.items,
      UF_CRM_CG_OUTCOME: Object.values(outcome).filter((id) => id !== outcome['spam']),
    };

    expect(await findingOf('fields')).toMatchObject([
      { code: 'items-missing', params: { fields: 'UF_CRM_CG_OUTCOME: spam' } },
    ]);
  });
});

describe('stages', () => {
  test('a deleted one is named', async () => {
    tools.probe.stages = tools.probe.stages.filter(({ stageId }) => stageId !== 'C5:CHECK');

    expect(await findingOf('stages')).toEqual([
      { code: 'deleted', level: 'fail', params: { pipeline: '2:5', stages: 'C5:CHECK' } },
    ]);
  });

  test('a way round the gate, no waiting place and nothing gated are told', async () => {
    tools = fakeTools([{ ...POLICY, stages: { 'C5:NEW': 'work' }, returnStage: 'C5:NEW' }]);
    tools.probe.stages = SUPPORT_STAGES;

    const stages = await findingOf('stages', { write: false });

    expect(stages.map(({ code }) => code)).toEqual([
      'no-closed',
      'ungated',
      'unmapped-final',
      'no-awaiting',
    ]);
    expect(stages[1]?.params).toEqual({ pipeline: '2:5', stages: 'C5:WON (Закрыто)' });
    expect(stages[2]?.params).toEqual({ pipeline: '2:5', stages: 'C5:LOSE (Отклонено)' });
  });
});

describe('events', () => {
  test('the round trip names its ticket', async () => {
    expect(await findingOf('events')).toMatchObject([{ code: 'ok', params: { ticket: '2:759' } }]);
    expect(tools.probe.nudged).toEqual([POLICY]);
  });

  test('an old event of the same ticket does not count', async () => {
    tools.events.counts = { ...tools.events.counts, lastKey: '2:759' };
    tools.probe.onNudge = () => undefined;

    expect(await found({ eventWaitMs: 100 })).toContain('fail events silent');
  });

  test('silence is told with what to check', async () => {
    tools.probe.onNudge = () => {
      tools.events.counts = { ...tools.events.counts, refused: 2 };
    };

    expect(await findingOf('events', { eventWaitMs: 100 })).toMatchObject([
      {
        code: 'silent',
        level: 'fail',
        params: { ticket: '2:759', url: 'https://gate.company.ru/events', refused: 2 },
      },
    ]);
  });

  test('events of other tickets show that delivery works, but not for this one', async () => {
    hearEvent('2:1');

    expect(await found({ eventWaitMs: 100 })).toContain('warn events ok-other');
  });

  test('an empty pipeline is tried on nothing', async () => {
    tools.probe.ticket = null;

    expect(await found()).toContain('warn events no-ticket');
  });

  test('nothing is written when it must not be', async () => {
    expect(await found({ write: false })).toContain('warn events skipped');
    expect(tools.probe.nudged).toEqual([]);
  });

  test('deals and smart processes are tried apart, each once', async () => {
    const smart = { entityTypeId: 177, categoryId: 8 };
    const other = { entityTypeId: 2, categoryId: 9 };
    tools = fakeTools([POLICY, { ...POLICY, pipeline: other }, { ...POLICY, pipeline: smart }]);

    await diagnose(tools, { ...OPTIONS, eventWaitMs: 50 });

    expect(tools.probe.nudged.map(({ pipeline }) => pipeline.entityTypeId)).toEqual([2, 177]);
  });
});

describe('clock', () => {
  test.each([
    [10_000, 'ok', 'ok'],
    [-45_000, 'drift', 'warn'],
    [20 * 60_000, 'far', 'fail'],
  ])('%i ms apart is %s', async (apart, code, level) => {
    tools.probe.now = SERVER_TIME + apart;

    expect(await findingOf('clock')).toMatchObject([{ code, level }]);
  });

  test('of the sandbox portal may go its own way', async () => {
    tools.probe.now = SERVER_TIME + 86_400_000;

    expect(await findingOf('clock', { demo: true })).toMatchObject([{ code: 'demo', level: 'ok' }]);
  });
});

describe('calendar', () => {
  test('tells of a year without data, with the year, as a warning', async () => {
    tools.calendarWarnings.push({ code: 'no-data', what: '2027' });

    expect(await findingOf('calendar')).toEqual([
      { code: 'no-data', level: 'warn', params: { pipeline: '2:5', what: '2027' } },
    ]);
  });
});
