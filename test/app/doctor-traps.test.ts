import { beforeEach, describe, expect, test } from '@jest/globals';
import { diagnose } from '../../src/app/doctor.ts';
import type { DoctorCheck } from '../../src/app/doctor-findings.ts';
import { DOCTOR_FINDINGS, isDoctorCheck } from '../../src/app/doctor-findings.ts';
import { answerQuestion, questionsOf } from '../../src/app/doctor-questions.ts';
import { findingWords, PAGE_REMEDIES, PAGE_TITLES, settingOf } from '../../src/app/doctor-words.ts';
import { finding } from '../../src/app/doctor-findings.ts';
import type { AppProbe } from '../../src/app/ports/doctor.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { aJournalEntry } from '../support/a-journal-entry.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME, SUPPORT_STAGES } from '../support/fake-tools.ts';

const DAY_MS = 86_400_000;
const POLICY = aPolicy({
  stages: {
    'C5:NEW': 'work',
    'C5:WORK': 'work',
    'C5:CHECK': 'awaiting-confirmation',
    'C5:WON': 'closed:confirmed',
    'C5:LOSE': 'closed:spam',
  },
  returnStage: 'C5:WORK',
  leads: [7],
  overriders: [8],
});

let tools: FakeTools;
beforeEach(() => {
  tools = fakeTools([POLICY]);
  tools.probe.stages = SUPPORT_STAGES.filter(({ categoryId }) => categoryId === 5);
});

async function found(check: DoctorCheck, more: { readonly app?: AppProbe } = {}) {
  const findings = await diagnose(
    { ...tools, ...more },
    { eventTokenCount: 1, eventUrl: '', write: false, demo: false, only: [check], checkMs: 1000 },
  );
  return findings.map(({ code, level, params }) => ({ code, level, params }));
}
const codes = async (check: DoctorCheck, more: { readonly app?: AppProbe } = {}) =>
  (await found(check, more)).map(({ code }) => code);

const questions = () => questionsOf(POLICY, tools.probe.stages);

async function answer(id: string, said: 'yes' | 'no' | 'unknown'): Promise<boolean> {
  const deps = { portalId: 'webhook', notes: tools.doctorNotes };
  return answerQuestion({ id, answer: said, at: SERVER_TIME, by: 1 }, questions(), deps);
}

describe('one check', () => {
  test('runs alone when it alone is wanted', async () => {
    const findings = await diagnose(tools, {
      eventTokenCount: 1,
      eventUrl: '',
      write: false,
      demo: false,
      only: ['holes', 'redis'],
    });

    expect(findings.map(({ check }) => check)).toEqual(['redis', 'holes']);
  });

  test('shares with the others what the portal was asked', async () => {
    let asked = 0;
    const { stages } = tools.probe;
    tools.probe.listStages = async () => {
      asked += 1;
      return stages;
    };
    const options = { eventTokenCount: 1, eventUrl: '', write: false, demo: false };

    await diagnose(tools, options);
    expect(asked).toBe(1);
    await diagnose(tools, options);
    expect(asked).toBe(2);
  });
});

describe('robots and letters of closing stages', () => {
  test('are asked about, stage by stage, because no method tells them', async () => {
    expect(await found('automation')).toEqual([
      {
        code: 'ask',
        level: 'warn',
        params: { pipeline: '2:5', stages: 'Закрыто (C5:WON), Отклонено (C5:LOSE)' },
      },
    ]);
    expect(questions().map(({ id }) => id)).toEqual([
      'automation 2:5 C5:WON',
      'automation 2:5 C5:LOSE',
      'required 2:5 C5:WORK',
    ]);
  });

  test('are a fault once somebody saw them, and none once somebody saw that there are none', async () => {
    await answer('automation 2:5 C5:WON', 'yes');
    await answer('automation 2:5 C5:LOSE', 'unknown');
    expect(await found('automation')).toMatchObject([
      { code: 'yes', level: 'fail', params: { stages: 'Закрыто (C5:WON)' } },
      { code: 'unknown', level: 'warn', params: { stages: 'Отклонено (C5:LOSE)' } },
    ]);

    await answer('automation 2:5 C5:WON', 'no');
    await answer('automation 2:5 C5:LOSE', 'no');
    expect(await codes('automation')).toEqual(['ok']);
  });

  test('are asked about again when the closing stages have changed', async () => {
    await answer('automation 2:5 C5:WON', 'no');
    await answer('automation 2:5 C5:LOSE', 'no');
    tools.probe.stages = tools.probe.stages.map((stage) =>
      stage.stageId === 'C5:WON' ? { ...stage, name: 'Решено' } : stage,
    );

    expect(await codes('automation')).toEqual(['ask']);
  });

  test('an answer to what nobody asks is not taken', async () => {
    expect(await answer('automation 2:5 C5:NEW', 'no')).toBe(false);
    expect(tools.doctorNotes.given.size).toBe(0);
  });

  test('workflows that start at every change are named', async () => {
    await answer('automation 2:5 C5:WON', 'no');
    await answer('automation 2:5 C5:LOSE', 'no');
    tools.probe.startOnChange = ['Письмо о статусе'];

    expect(await found('automation')).toMatchObject([
      { code: 'workflows', level: 'warn', params: { names: 'Письмо о статусе' } },
    ]);
  });
});

describe('required fields', () => {
  beforeEach(() => answer('required 2:5 C5:WORK', 'no'));

  test('none is as it should be', async () => {
    expect(await codes('required')).toEqual(['ok']);
  });

  test('one that the common card does not show is a fault', async () => {
    tools.probe.required = [
      { name: 'UF_CRM_PRODUCT', title: 'Продукт' },
      { name: 'COMPANY_ID', title: 'Компания' },
    ];
    tools.probe.card = ['TITLE', 'COMPANY_ID'];

    expect(await found('required')).toEqual([
      {
        code: 'hidden',
        level: 'fail',
        params: { pipeline: '2:5', fields: 'Продукт (UF_CRM_PRODUCT)' },
      },
      {
        code: 'mandatory',
        level: 'warn',
        params: { pipeline: '2:5', fields: 'Компания (COMPANY_ID)' },
      },
    ]);
  });

  test("one is not called hidden where the card is the portal's own", async () => {
    tools.probe.required = [{ name: 'UF_CRM_PRODUCT', title: 'Продукт' }];

    expect(await codes('required')).toEqual(['mandatory']);
  });

  test('a return refused for one lately is a fault, an old one or one for something else is not', async () => {
    const line = (at: number, code: string) =>
      aJournalEntry({
        at,
        kind: 'return-refused',
        pipeline: POLICY.pipeline,
        detail: { why: 'rejected', code },
      });
    tools.archive.entries = [
      line(SERVER_TIME - DAY_MS, 'CRM_FIELD_ERROR_REQUIRED'),
      line(SERVER_TIME - DAY_MS, 'ACCESS_DENIED'),
      line(SERVER_TIME - 60 * DAY_MS, 'CRM_FIELD_ERROR_REQUIRED'),
    ];

    expect(await found('required')).toMatchObject([
      { code: 'refused', level: 'fail', params: { count: 1 } },
    ]);
  });

  test.each([
    ['yes', 'stage-yes'],
    ['unknown', 'stage-unknown'],
  ] as const)('a return stage answered with %s is told', async (said, code) => {
    await answer('required 2:5 C5:WORK', said);

    expect(await codes('required')).toEqual([code]);
  });

  test('of the return stage are asked about', async () => {
    tools.doctorNotes.given.clear();

    expect(await codes('required')).toEqual(['stage-ask']);
  });
});

describe('ways round the gate', () => {
  test('another pipeline with a success stage and no policy is one', async () => {
    tools.probe.stages = SUPPORT_STAGES;
    tools.setup.pipelines = [
      ...tools.setup.pipelines,
      { entityTypeId: 2, categoryId: 9, name: 'Возвраты' },
    ];

    expect(await found('holes')).toEqual([
      { code: 'hole', level: 'warn', params: { pipelines: 'Возвраты → Другая воронка' } },
    ]);
  });

  test('a pipeline with a policy of its own is none', async () => {
    tools = fakeTools([POLICY, { ...POLICY, pipeline: { entityTypeId: 2, categoryId: 9 } }]);

    expect(await codes('holes')).toEqual(['ok']);
  });
});

describe('people', () => {
  test('are in order while they work there', async () => {
    tools.probe.people = new Map([
      [7, 'active'],
      [8, 'active'],
    ]);

    expect(await codes('people')).toEqual(['ok']);
  });

  test('a dismissed lead is a fault, a dismissed overrider a remark', async () => {
    tools.probe.people = new Map([
      [7, 'dismissed'],
      [8, 'dismissed'],
    ]);

    expect(await found('people')).toEqual([
      { code: 'lead-dismissed', level: 'fail', params: { pipeline: '2:5', users: '7' } },
      { code: 'overrider-dismissed', level: 'warn', params: { pipeline: '2:5', users: '8' } },
    ]);
  });

  test('nobody named is told', async () => {
    tools = fakeTools([{ ...POLICY, leads: [], overriders: [] }]);

    expect(await codes('people')).toEqual(['no-leads', 'no-overriders']);
  });

  test('nobody is called dismissed where the portal does not tell', async () => {
    tools.probe.people = null;

    expect(await codes('people')).toEqual(['untold']);
  });
});

describe('the calendar', () => {
  test('without a working day ahead is a fault', async () => {
    Object.assign(tools.calendar, { workingDaysAhead: async () => 0 });

    expect(await found('calendar')).toMatchObject([{ code: 'empty', level: 'fail' }]);
  });

  test('with working days is in order', async () => {
    Object.assign(tools.calendar, { workingDaysAhead: async () => 21 });

    expect(await codes('calendar')).toEqual(['ok']);
  });
});

describe('templates', () => {
  test('without a text are named, and not looked at where none can be changed', async () => {
    Object.assign(tools, {
      templateProblems: async () => [
        { language: 'ru', name: 'request', line: 0 },
        { language: 'en', name: 'request', line: 3 },
      ],
    });
    expect(await found('templates')).toEqual([
      { code: 'empty', level: 'fail', params: { template: 'ru/request', line: 0 } },
      { code: 'problem', level: 'fail', params: { template: 'en/request', line: 3 } },
    ]);

    Object.assign(tools, { templateProblems: async () => [] });
    expect(await codes('templates')).toEqual(['ok']);
    Object.assign(tools, { templateProblems: undefined });
    expect(await codes('templates')).toEqual([]);
  });
});

describe('an installed app', () => {
  const healthy: AppProbe = {
    record: async () => ({
      portalId: 'p',
      origin: 'https://p.example',
      oauthEndpoint: 'https://oauth.example',
      applicationToken: '',
      scopes: ['crm'],
      status: 'F',
      version: '1',
      language: 'ru',
      installerId: 1,
      state: 'active',
      registered: '',
      installedAt: 0,
      updatedAt: 0,
    }),
    pair: async () => ({ owner: 'system', expiresAt: SERVER_TIME, userId: 9 }),
    standing: async () => ({
      installed: true,
      status: 'F',
      paymentExpired: false,
      version: '1',
      userId: 9,
      admin: true,
    }),
    bindings: async () => ({
      events: { missing: [], elsewhere: [] },
      placements: { missing: [], elsewhere: [] },
    }),
    scopes: { required: ['crm', 'placement'], optional: ['bizproc'] },
  };

  test('is not asked about a webhook, nor a webhook about an installation', async () => {
    const options = { eventTokenCount: 0, eventUrl: '', write: false, demo: false };
    const app = { ...tools, app: healthy };
    const checks = (findings: Awaited<ReturnType<typeof diagnose>>) =>
      new Set(findings.map(({ check }) => check));

    expect(checks(await diagnose(app, options))).not.toContain('token');
    expect(checks(await diagnose(tools, options))).not.toContain('grant');
  });

  test('in order has nothing found', async () => {
    tools.probe.granted = ['crm', 'placement', 'bizproc'];
    for (const check of ['grant', 'payment', 'handlers', 'scopes'] as const) {
      expect(await codes(check, { app: healthy })).toEqual(['ok']);
    }
  });

  test('whose time is paid no longer, or whose installation was not finished, is a fault', async () => {
    const standing = async () => ({
      ...(await healthy.standing()),
      installed: false,
      paymentExpired: true,
    });

    expect(await codes('payment', { app: { ...healthy, standing } })).toEqual([
      'expired',
      'unfinished',
    ]);
  });

  test('bound nowhere, or elsewhere, is a fault', async () => {
    const bindings = async () => ({
      events: { missing: ['ONCRMDEALUPDATE'], elsewhere: [] },
      placements: { missing: [], elsewhere: ['CRM_DEAL_DETAIL_TAB'] },
    });

    expect(await found('handlers', { app: { ...healthy, bindings } })).toEqual([
      { code: 'missing', level: 'fail', params: { what: 'ONCRMDEALUPDATE' } },
      { code: 'elsewhere', level: 'fail', params: { what: 'CRM_DEAL_DETAIL_TAB' } },
    ]);
  });

  test('a key not renewed for five months is told before it dies', async () => {
    const pair = async () => ({
      owner: 'system' as const,
      expiresAt: SERVER_TIME - 160 * DAY_MS,
      userId: 9,
    });

    expect(await found('grant', { app: { ...healthy, pair } })).toMatchObject([
      { code: 'old', level: 'warn', params: { days: 160 } },
    ]);
  });

  test.each([
    ['F', 'no-system-user'],
    ['L', 'installer'],
  ])('of status %s on the installer key is told as %s', async (status, code) => {
    const app: AppProbe = {
      ...healthy,
      record: async () => ({ ...(await recordOf(healthy)), status }),
      pair: async () => ({ owner: 'installer', expiresAt: SERVER_TIME, userId: 1 }),
    };

    expect(await codes('grant', { app })).toEqual([code]);
  });

  test('without a key is a fault', async () => {
    expect(await codes('grant', { app: { ...healthy, pair: async () => null } })).toEqual(['none']);
  });

  test('is measured by the scopes of its own manifest', async () => {
    tools.probe.granted = ['crm', 'im'];

    expect(await found('scopes', { app: healthy })).toMatchObject([
      { code: 'missing-required', params: { scopes: 'placement' } },
      { code: 'missing-optional', params: { scopes: 'bizproc' } },
    ]);
  });
});

async function recordOf(app: AppProbe) {
  const record = await app.record();
  if (record === null) throw new Error('no record');
  return record;
}

describe('the words of findings', () => {
  const every = Object.entries(DOCTOR_FINDINGS).flatMap(([check, found]) =>
    Object.keys(found).map((code) => [check, code] as const),
  );
  const texts =
    'pipeline stages fields scopes names users what template line detail policy ticket url pipelines';
  const params = {
    ...Object.fromEntries(texts.split(' ').map((name) => [name, ''])),
    count: 1,
    days: 1,
    seconds: 1,
    user: 1,
    refused: 0,
    normal: 1,
  };

  test.each(['ru', 'en'] as const)(
    'are there in %s for each of them, on both places',
    (language) => {
      for (const [check, code] of every) {
        if (!isDoctorCheck(check)) throw new Error(check);
        const levels: Readonly<Record<string, 'ok' | 'warn' | 'fail'>> = DOCTOR_FINDINGS[check];
        const one = { check, code, level: levels[code] ?? 'fail', params };
        for (const place of ['page', 'command'] as const) {
          const words = findingWords(one, (key, more) => sayByName(language, key, more), place);
          expect([check, code, words.title]).not.toContain('');
          if (one.level !== 'ok') expect([check, code, words.remedy]).not.toContain('');
          if (place === 'page' && check !== 'webhook' && check !== 'token')
            expect(`${words.title} ${words.remedy}`).not.toMatch(/npm run (?!outbox)|B24_/);
        }
      }
    },
  );

  test('of a page exist only for what can be found', () => {
    const known = new Set(every.map(([check, code]) => `${check}.${code}`));

    expect([...PAGE_TITLES, ...PAGE_REMEDIES].filter((id) => !known.has(id))).toEqual([]);
  });

  test('lead to the setting that mends it', () => {
    expect(settingOf(finding('people', 'no-overriders'))).toBe('overriders');
    expect(settingOf(finding('people', 'lead-dismissed'))).toBe('leads');
    expect(settingOf(finding('stages', 'deleted'))).toBe('stages');
    expect(settingOf(finding('stages', 'ok'))).toBe('');
    expect(settingOf(finding('redis', 'eviction'))).toBe('');
  });
});
