/** The settings of a pipeline with hand-written surroundings: the list, the form, the save. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  checkPipeline,
  openPipeline,
  savePipeline,
} from '../../src/app/settings/pipeline-settings.ts';
import type { SaveAnswer } from '../../src/app/settings/pipeline-settings.ts';
import { policyVersions } from '../../src/app/settings/policy-versions.ts';
import { settingsHome } from '../../src/app/settings/settings-home.ts';
import type { SettingsDeps } from '../../src/app/settings/settings-deps.ts';
import type { PipelineSettings } from '../../src/core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { AppError } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { aPolicy } from '../support/a-policy.ts';
import type { FakeTools } from '../support/fake-tools.ts';
import { fakeTools, SERVER_TIME } from '../support/fake-tools.ts';

const PIPELINE = { entityTypeId: 2, categoryId: 5 };
const KIM = { id: 2, language: 'ru' } as const;
const UNREADABLE = new AppError('policy-invalid', 'The stored policy cannot be read');

let tools: FakeTools;
let deps: SettingsDeps;
beforeEach(() => {
  tools = fakeTools();
  deps = { portalId: tools.portalId, tools, say: sayByName };
});

async function open(): Promise<PipelineSettings> {
  const settings = await openPipeline(PIPELINE, KIM, deps);
  if (!settings) throw new Error('the fake portal has the pipeline');
  return settings;
}

async function save(change: Partial<ClosingPolicy> = {}, version?: number): Promise<SaveAnswer> {
  const settings = await open();
  const document = { ...settings.policy, ...change };
  const wish = { document, version: version ?? settings.version };
  return savePipeline(PIPELINE, wish, KIM, deps);
}

const breakStore = (): void => {
  tools.policies.list = async () => Promise.reject(UNREADABLE);
  tools.policies.find = async () => Promise.reject(UNREADABLE);
};

describe('the list of pipelines', () => {
  const lines = async () =>
    (await settingsHome('ru', deps)).pipelines.map(
      ({ pipeline, state, version }) => `${pipeline} ${state} ${version}`,
    );

  test('tells the state of each gate', async () => {
    tools.settings.smartProcesses = [{ entityTypeId: 177, name: 'Обращения' }];
    tools.setup.pipelines.push({ entityTypeId: 177, categoryId: 9, name: 'Общая' });
    tools.policies.saved = [
      aPolicy({ version: 4, mode: 'observe' }),
      aPolicy({ version: 2, pipeline: { entityTypeId: 2, categoryId: 88 } }),
    ];

    expect(await lines()).toEqual(['2:0 off 0', '2:5 observe 4', '177:9 off 0', '2:88 gone 2']);
    expect((await settingsHome('ru', deps)).pipelines[2]?.typeName).toBe('Обращения');
  });

  test('shows one that cannot be read, and says so', async () => {
    breakStore();
    const home = await settingsHome('ru', deps);

    expect(home.pipelines.map(({ state }) => state)).toContain('broken');
    expect(home.notices).toHaveLength(1);
  });

  test('says when smart processes are out of sight', async () => {
    tools.settings.complete = false;

    expect((await settingsHome('ru', deps)).notices[0]).toContain('смарт-процесс');
  });
});

describe('the form of a pipeline without a policy', () => {
  test('begins with the regulation, the roles guessed, the reader leading', async () => {
    const { policy, version, check } = await open();

    expect(version).toBe(0);
    expect(policy.stages['C5:CHECK']).toBe('awaiting-confirmation');
    expect(policy.leads).toEqual([KIM.id]);
    expect(policy.cutoff).toBe(SERVER_TIME);
    expect(check.problems).toEqual([]);
  });

  test('only observes where tickets stand already, and tells what enforcing would mean', async () => {
    tools.settings.tickets.set('C5:WORK', 7);
    tools.settings.tickets.set('C5:WON', 3);
    const { policy, switching } = await open();

    expect(policy.mode).toBe('observe');
    expect(switching).toMatchObject({ open: 7, closed: 3 });
    expect(switching.sentences.join('\n')).toContain('На рабочих стадиях 7 обращений');
    expect(switching.sentences.join('\n')).toContain('На закрытых стадиях 3 обращения');
    expect(tools.settings.asked[1]).toMatchObject({ movedSince: SERVER_TIME });
  });

  test('is nobody’s when the portal has no such pipeline', async () => {
    expect(await openPipeline({ entityTypeId: 2, categoryId: 77 }, KIM, deps)).toBeNull();
  });
});

describe('the form of a saved policy', () => {
  test('leaves out stages that are gone and says so', async () => {
    await save();
    tools.setup.stages = tools.setup.stages.filter(({ stageId }) => stageId !== 'C5:CHECK');
    const { policy, check } = await open();

    expect(policy.stages).not.toHaveProperty('C5:CHECK');
    expect(check.warnings).toContainEqual(
      expect.objectContaining({ path: 'stages.C5:CHECK', code: 'stage-gone' }),
    );
  });

  test('keeps a field that is gone as a problem at its place', async () => {
    const [stored] = [(await save(), tools.policies.saved[0])];
    if (!stored) throw new Error('nothing was saved');
    const fields = { ...stored.fields, cause: 'UF_CRM_GONE' };
    tools.policies.saved = [{ ...stored, fields }];

    expect((await open()).check.problems).toMatchObject([
      { path: 'fields.cause', code: 'field-unknown' },
    ]);
  });
});

describe('a save', () => {
  test('creates the fields, keeps the version and tells the journal who and what', async () => {
    expect(await save({ mode: 'enforce' })).toMatchObject({
      kind: 'saved',
      settings: { version: 1, saved: { changed: true } },
    });
    expect(await save({ undoMinutes: 20 })).toMatchObject({ kind: 'saved' });

    expect(tools.policies.saved.map(({ version }) => version)).toEqual([1, 2]);
    expect(tools.setup.present.has('solution')).toBe(true);
    expect(tools.journal.lines).toMatchObject([
      { kind: 'policy-saved', movedBy: KIM.id, policyVersion: 1 },
      {
        kind: 'policy-saved',
        movedBy: KIM.id,
        policyVersion: 2,
        detail: { changed: 'undoMinutes', from: 1 },
      },
    ]);
  });

  test('of the same content makes no version', async () => {
    await save();

    expect(await save()).toMatchObject({ settings: { version: 1, saved: { changed: false } } });
    expect(tools.journal.lines).toHaveLength(1);
  });

  test('of a form that is out of date changes nothing', async () => {
    await save();

    expect(await save({ undoMinutes: 5 }, 0)).toEqual({ kind: 'changed', version: 1 });
    expect(tools.policies.saved).toHaveLength(1);
  });

  test('repeated because its answer got lost is no conflict', async () => {
    const { policy } = await open();
    const wish = { document: { ...policy, undoMinutes: 20 }, version: 0 };
    await savePipeline(PIPELINE, wish, KIM, deps);

    expect(await savePipeline(PIPELINE, wish, KIM, deps)).toMatchObject({
      kind: 'saved',
      settings: { version: 1, saved: { changed: false } },
    });
    const fields = { ...policy.fields, cause: 'UF_CRM_OTHER' };
    const other = { document: { ...wish.document, fields }, version: 0 };
    expect(await savePipeline(PIPELINE, other, KIM, deps)).toMatchObject({ kind: 'changed' });
    expect(tools.policies.saved).toHaveLength(1);
  });

  test('that somebody else’s overtakes changes nothing', async () => {
    tools.policies.save = async () => Promise.reject(UNREADABLE);

    expect(await save()).toMatchObject({ kind: 'changed' });
    expect(tools.journal.lines).toEqual([]);
  });

  test('with problems writes nothing to the portal either', async () => {
    expect(await save({ channels: [], undoMinutes: 90 })).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'channels' }],
    });
    expect(await save({ undoMinutes: 90 })).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'undoMinutes', text: 'Целое число от 0 до 60' }],
    });
    expect(tools.setup.present.size).toBe(0);
    expect(tools.policies.saved).toEqual([]);
  });

  test('repairs what can no longer be read', async () => {
    breakStore();

    expect(await save()).toMatchObject({ kind: 'saved' });
  });

  test('puts the program’s clause and every stage in, whatever the form left out', async () => {
    const { policy } = await open();
    const criteria = policy.criteria.map((one) => ({ ...one, clause: 'step-7' as const }));
    await save({ criteria, stages: { 'C5:WON': 'closed:confirmed' }, returnStage: 'C5:NEW' });

    expect(tools.policies.saved[0]?.criteria).toEqual(policy.criteria);
    expect(tools.policies.saved[0]?.stages).toMatchObject({ 'C5:WORK': 'work', 'C5:LOSE': 'work' });
  });
});

describe('a check', () => {
  test('shows dates by the calendar of the policy as it is typed', async () => {
    const { policy } = await open();
    const document = { ...policy, daysOff: ['2026-03-03'] };
    const answer = await checkPipeline(PIPELINE, document, KIM, deps);

    expect(answer).toMatchObject({
      kind: 'checked',
      check: {
        problems: [],
        calendar: { timeZone: 'Europe/Moscow', source: 'default' },
        // Asked on Monday noon; Tuesday is off.
        example: {
          now: { askedAt: SERVER_TIME, remindAt: Date.parse('2026-03-04T12:00:00+03:00') },
        },
      },
    });
    expect(tools.policies.saved).toEqual([]);
  });

  test('shows the rest of the calendar beside a zone that is a mistake', async () => {
    const { policy } = await open();
    const answer = await checkPipeline(PIPELINE, { ...policy, timeZone: 'Nowhere' }, KIM, deps);

    expect(answer).toMatchObject({
      kind: 'checked',
      check: { problems: [{ path: 'timeZone' }], calendar: { dayStart: 540 } },
    });
  });

  test('tells what enforcing would mean by the stages as they are typed', async () => {
    tools.settings.tickets.set('C5:WORK', 7);
    tools.settings.tickets.set('C5:WON', 3);
    tools.settings.tickets.set('C5:LOSE', 2);
    const { policy } = await open();
    const stages = { ...policy.stages, 'C5:LOSE': 'closed:spam' };
    const typed = { ...policy, stages, mode: 'enforce' };

    expect(await checkPipeline(PIPELINE, typed, KIM, deps)).toMatchObject({
      switching: { open: 7, closed: 5 },
    });
    expect(await checkPipeline(PIPELINE, policy, KIM, deps)).toMatchObject({ switching: null });
  });

  test('names keys that nobody knows', async () => {
    const { policy } = await open();

    expect(await checkPipeline(PIPELINE, { ...policy, undo: 5 }, KIM, deps)).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'undo', code: 'shape' }],
    });
  });
});

describe('the versions', () => {
  test('are told newest first, in words', async () => {
    const first = aPolicy({ version: 1 });
    const second = aPolicy({ version: 2, leads: [1, 2], autoAsk: false, returnStage: 'C5:WORK' });
    tools.policyArchive.all = [
      { policy: first, savedAt: null, savedBy: 0, clauseTexts: null },
      { policy: second, savedAt: SERVER_TIME, savedBy: 2, clauseTexts: null },
      { policy: { ...second, version: 3 }, savedAt: SERVER_TIME, savedBy: 77, clauseTexts: null },
    ];
    const { versions } = await policyVersions(PIPELINE, KIM, deps);

    expect(versions.map(({ version, by }) => `${version} ${by}`)).toEqual([
      '3 сотрудник № 77',
      '2 Борис Ким',
      '1 ',
    ]);
    expect(versions[0]?.changes).toEqual([]);
    expect(versions.at(-1)?.changes).toEqual([]);
    expect(versions[1]?.changes).toEqual([
      { path: 'autoAsk', title: 'Спрашивать клиента самому', before: 'да', after: 'нет' },
      {
        path: 'leads',
        title: 'Руководители',
        before: 'Анна Орлова',
        after: 'Анна Орлова, Борис Ким',
      },
      { path: 'returnStage', title: 'Куда возвращать', before: 'Новое', after: 'В работе' },
    ]);
  });

  test('of long ago are told although the app no longer knows their codes', async () => {
    const outcome = { ...aPolicy().options.outcome, abandoned: 7 };
    const old = aPolicy({ version: 1, options: { ...aPolicy().options, outcome } });
    tools.policyArchive.all = [
      { policy: old, savedAt: null, savedBy: 0, clauseTexts: null },
      { policy: aPolicy({ version: 2 }), savedAt: null, savedBy: 0, clauseTexts: null },
    ];
    const { versions } = await policyVersions(PIPELINE, KIM, deps);

    expect(versions[0]?.changes).toMatchObject([{ path: 'options.outcome.abandoned', after: '' }]);
  });
});
