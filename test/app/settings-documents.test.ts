/** Policy documents: out and in again the same; from elsewhere in this portal's own terms, or told. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CrmField } from '../../src/app/ports/setup.ts';
import { exportPolicy, importPolicy } from '../../src/app/settings/policy-document.ts';
import type { SettingsDeps } from '../../src/app/settings/settings-deps.ts';
import type { PolicyProposal } from '../../src/core/admin/settings-state.ts';
import { mappingOf } from '../../src/core/field-mapping.ts';
import type { ClosingPolicy, FieldKey, StageRole } from '../../src/core/policy.ts';
import { CLIENT_CHANNELS, FIELD_KEYS } from '../../src/core/policy.ts';
import { regulationPreset } from '../../src/core/regulation-preset.ts';
import { OUTCOMES } from '../../src/core/ticket.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { aPolicy } from '../support/a-policy.ts';
import { aField } from '../support/fake-settings.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { aStage, fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const PIPELINE = { entityTypeId: 2, categoryId: 5 };
const USER = { id: 1, language: 'ru' } as const;
const KB = ['created', 'updated', 'exists', 'not-needed'] as const;

function kbField(name: string, label: string, first: number): CrmField {
  const items = KB.map((code, at) => ({ id: first + at, label: `пункт ${code}` }));
  return aField(name, { label, type: 'enumeration', items });
}

const HERE: readonly CrmField[] = [
  aField('UF_CRM_A', { label: 'Причина по-нашему' }),
  aField('UF_CRM_B', { label: 'Что сделали' }),
  kbField('UF_CRM_KB', 'База', 70),
  aField('UF_CRM_KIND', {
    label: 'Вид',
    type: 'enumeration',
    items: [
      { id: 12, label: 'Ошибка' },
      { id: 13, label: 'Вопрос' },
    ],
  }),
];

let tools: FakeTools;
let deps: SettingsDeps;
beforeEach(() => {
  tools = fakeTools();
  tools.setup.crmFields = HERE;
  deps = { portalId: tools.portalId, tools, say: sayByName };
});

/** With every stage of the fake pipeline, as the settings save it. */
function saved(change: Partial<ClosingPolicy> = {}): ClosingPolicy {
  return aPolicy({
    cutoff: SERVER_TIME,
    stages: {
      'C5:NEW': 'work',
      'C5:WORK': 'work',
      'C5:CHECK': 'awaiting-confirmation',
      'C5:WON': 'closed:confirmed',
      'C5:LOSE': 'exempt',
    },
    returnStage: 'C5:WORK',
    ...change,
  });
}

const mapped = (fields: Partial<Record<FieldKey, string>>): Partial<ClosingPolicy> => ({
  fields: { ...aPolicy().fields, ...fields },
});
const kbItems = (first: number) => ({
  ...aPolicy().options,
  kbDecision: Object.fromEntries(KB.map((code, at) => [code, first + at])),
});

async function imported(document: unknown): Promise<PolicyProposal> {
  const answer = await importPolicy(PIPELINE, JSON.parse(JSON.stringify(document)), USER, deps);
  if (answer.kind !== 'proposed') throw new Error(JSON.stringify(answer));
  return answer.proposal;
}

describe('export and import', () => {
  const subset = <T>(all: readonly T[]) => fc.subarray([...all]);
  const role = fc.constantFrom<StageRole>(
    'work',
    'gate',
    'exempt',
    'awaiting-confirmation',
    ...OUTCOMES.map((outcome) => `closed:${outcome}` as const),
  );
  const policies = fc.record({
    mode: fc.constantFrom('observe' as const, 'enforce' as const),
    language: fc.constantFrom('ru' as const, 'en' as const),
    cutoff: fc.integer({ min: 0, max: SERVER_TIME }),
    check: role,
    lose: role,
    firstWaitDays: fc.integer({ min: 1, max: 2 }),
    undoMinutes: fc.integer({ min: 0, max: 60 }),
    autoAsk: fc.boolean(),
    channels: subset(CLIENT_CHANNELS).filter(({ length }) => length > 0),
    timeZone: fc.constantFrom('Europe/Moscow', 'Asia/Yekaterinburg'),
    daysOff: subset(['2026-12-30', '2026-12-31']),
    leads: subset([1, 2]),
    overriders: subset([1, 2]),
    foreign: fc.boolean(),
    kb: fc.boolean(),
    kinds: subset(['12', '13']),
    strictness: fc.array(fc.constantFrom('off' as const, 'warn' as const, 'block' as const), {
      minLength: 20,
      maxLength: 20,
    }),
  });

  test('give back the very same policy', async () => {
    await fc.assert(
      fc.asyncProperty(policies, async ({ check, lose, foreign, kb, kinds, ...rest }) => {
        const { strictness, ...settings } = rest;
        const stages = { ...saved().stages, 'C5:CHECK': check, 'C5:LOSE': lose };
        const policy = saved({
          ...settings,
          stages,
          ...mapped({
            ...(foreign && { cause: 'UF_CRM_A' }),
            ...(kb && { kbDecision: 'UF_CRM_KB' }),
          }),
          ...(kb && { options: kbItems(70) }),
          diagnostics: kinds.length === 0 ? null : { field: 'UF_CRM_KIND', values: kinds },
          criteria: regulationPreset().criteria.map((one, at) => ({
            ...one,
            strictness: strictness[at] ?? 'off',
          })),
        });
        tools.policies.saved = [policy];
        const proposal = await imported(await exportPolicy(PIPELINE, deps));

        expect(proposal.policy).toEqual(policy);
        expect(proposal.toChoose).toEqual([]);
        expect(proposal.changes).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('also give it back when it has changed meanwhile', async () => {
    tools.policies.saved = [saved(mapped({ cause: 'UF_CRM_A' }))];
    const document = await exportPolicy(PIPELINE, deps);
    tools.policies.saved = [saved({ version: 4, undoMinutes: 30 })];
    const { policy, changes } = await imported(document);

    expect(policy).toEqual({ ...saved(mapped({ cause: 'UF_CRM_A' })), version: 4 });
    expect(changes.map(({ path }) => path)).toEqual(['fields.cause', 'undoMinutes']);
    expect(changes[0]).toMatchObject({
      title: 'Поле «Причина проблемы»',
      after: 'Причина по-нашему',
    });
  });

  test('take what the command prints of a stored version', async () => {
    tools.policies.saved = [saved()];
    const wrapped = { policy: saved(), savedAt: null, savedBy: 0, clauseTexts: null };

    expect((await imported(wrapped)).policy).toEqual(saved());
  });
});

describe('a document of another portal', () => {
  const exportThere = async (): Promise<unknown> => {
    tools.policies.saved = [
      saved({
        ...mapped({ cause: 'UF_CRM_A', kbDecision: 'UF_CRM_KB' }),
        options: kbItems(70),
        diagnostics: { field: 'UF_CRM_KIND', values: ['12'] },
        leads: [2],
        overriders: [2],
      }),
    ];
    const document = await exportPolicy(PIPELINE, deps);
    tools.policies.saved = [];
    return document;
  };

  test('finds stages, fields, items and people by their names', async () => {
    const document = await exportThere();
    tools.setup.stages = [
      aStage('C5:START', 'Новое', 10),
      aStage('C5:UC_1', 'В работе', 20),
      aStage('C5:UC_2', 'Проверка решения', 30),
      aStage('C5:WON', 'Закрыто', 50, 'success'),
      aStage('C5:LOSE', 'Отклонено', 60, 'failure'),
    ];
    tools.setup.crmFields = [
      aField('UF_CRM_111', { label: 'Причина по-нашему' }),
      kbField('UF_CRM_222', 'База', 500),
      aField('UF_CRM_333', {
        label: 'Вид',
        type: 'enumeration',
        items: [{ id: 900, label: 'Ошибка' }],
      }),
    ];
    tools.settings.people = [
      { id: 2, name: 'Совсем Другой' },
      { id: 41, name: 'Борис Ким' },
    ];
    const { policy, toChoose } = await imported(document);

    expect(toChoose).toEqual([]);
    expect(policy.stages).toEqual({
      'C5:START': 'work',
      'C5:UC_1': 'work',
      'C5:UC_2': 'awaiting-confirmation',
      'C5:WON': 'closed:confirmed',
      'C5:LOSE': 'exempt',
    });
    expect(policy.returnStage).toBe('C5:UC_1');
    expect(mappingOf(policy)).toEqual({
      fields: { cause: 'UF_CRM_111', kbDecision: 'UF_CRM_222' },
      options: { kbDecision: kbItems(500).kbDecision },
    });
    expect(policy.diagnostics).toEqual({ field: 'UF_CRM_333', values: ['900'] });
    expect([policy.leads, policy.overriders]).toEqual([[41], [41]]);
    expect(policy.version).toBe(0);
    expect(FIELD_KEYS.filter((key) => policy.fields[key] !== '')).toEqual(['cause', 'kbDecision']);
  });

  test('tells what is not to be found, and never takes a namesake of a number', async () => {
    const document = await exportThere();
    tools.setup.stages = [
      aStage('C5:START', 'Новое', 10),
      aStage('C5:WON', 'Закрыто', 50, 'success'),
    ];
    tools.setup.crmFields = [];
    tools.settings.people = [{ id: 2, name: 'Совсем Другой' }];
    const { policy, toChoose } = await imported(document);

    expect(toChoose.map(({ path }) => path)).toEqual([
      'stages.C5:CHECK',
      'stages.C5:LOSE',
      'fields.cause',
      'fields.kbDecision',
      'returnStage',
      'diagnostics',
      'leads',
      'overriders',
    ]);
    expect(toChoose[0]?.text).toContain('Проверка решения');
    expect(policy).toMatchObject({ leads: [], overriders: [], returnStage: 'C5:START' });
    expect(policy.diagnostics).toBeNull();
  });

  test('carries a deals pipeline over to a smart process by the codes of its final stages', async () => {
    const { names: _names, ...plain } = (await exportThere()) as { names: unknown };
    const at = (stageId: string, name: string, sort: number, end?: 'success' | 'failure') => ({
      ...aStage(stageId, name, sort, end),
      entityTypeId: 177,
      categoryId: 9,
    });
    tools.settings.smartProcesses = [{ entityTypeId: 177, name: 'Обращения' }];
    tools.setup.pipelines = [{ entityTypeId: 177, categoryId: 9, name: 'Общая' }];
    tools.setup.stages = [
      at('DT177_9:NEW', 'Начало', 10),
      at('DT177_9:SUCCESS', 'Успех', 20, 'success'),
      at('DT177_9:FAIL', 'Провал', 30, 'failure'),
    ];
    tools.setup.crmFields = [aField('UF_CRM_16_A')];
    const target = { entityTypeId: 177, categoryId: 9 };
    const answer = await importPolicy(target, plain, USER, deps);

    expect(answer).toMatchObject({
      kind: 'proposed',
      proposal: {
        policy: {
          pipeline: target,
          stages: { 'DT177_9:SUCCESS': 'closed:confirmed', 'DT177_9:FAIL': 'exempt' },
          fields: { cause: 'UF_CRM_16_A' },
        },
      },
    });
  });
});
