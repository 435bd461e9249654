/** The settings of an installed portal: saved over HTTP by an administrator, and the gate judges by them. Real Redis, real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeTools } from '../../src/compose-tools.ts';
import type { DoctorHome } from '../../src/core/admin/doctor-state.ts';
import type {
  PeopleFound,
  PipelineSettings,
  PolicyProposal,
  PolicyVersions,
  SettingNote,
  SettingsHome,
} from '../../src/core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { eventually } from '../support/eventually.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;
const ONE = '/api/settings/pipeline/2:5';
let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;
let admin = '';

beforeAll(async () => {
  app = await startInstalledApp({}, { roomy: true, moreScopes: ['userfieldconfig'] });
  [one, two] = app.portals;
  for (const portal of [one, two]) await app.install(portal);
  admin = await sessionOf(one, ADMIN);
  await learnNames();
});
afterAll(() => app.close());

async function sessionOf(portal: Sandbox, userId: number): Promise<string> {
  const post = portal.apps.open(CLIENT_ID, { userId, placement: 'DEFAULT', options: {} });
  const { text } = await postFrame(post);
  const [, json = 'null'] = /id="state">([\s\S]*?)<\/script>/.exec(text) ?? [];
  const boot = JSON.parse(json) as { session: { token: string } } | null;
  return boot?.session.token ?? '';
}

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
  readonly problems?: readonly SettingNote[];
}

async function call<T>(method: string, path: string, body?: object, token = admin) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T & Refusal };
}

const open = async (): Promise<PipelineSettings> => (await call<PipelineSettings>('GET', ONE)).body;

async function save(change: Partial<ClosingPolicy>) {
  const { policy, version } = await open();
  return call<PipelineSettings>('PUT', ONE, { policy: { ...policy, ...change }, version });
}

const names = new Map<number, string>();
const nameOf = (userId: number): string => names.get(userId) ?? '';

async function learnNames(): Promise<void> {
  const answer = await fetch(`${one.webhookUrl}user.get`);
  const { result } = (await answer.json()) as {
    result: { ID: string; NAME: string; LAST_NAME: string }[];
  };
  for (const { ID, NAME, LAST_NAME } of result)
    names.set(Number(ID), `${NAME} ${LAST_NAME}`.trim());
}

async function addDealField(name: string, type: string): Promise<void> {
  const fields = { FIELD_NAME: name, USER_TYPE_ID: type, EDIT_FORM_LABEL: { ru: name } };
  await fetch(`${one.webhookUrl}crm.deal.userfield.add`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fields }),
  });
}

describe('the settings of an installed portal', () => {
  it('show every pipeline with the state of its gate', async () => {
    const { body, status } = await call<SettingsHome>('GET', '/api/settings');

    expect(status).toBe(200);
    expect(body.pipelines).toContainEqual(
      expect.objectContaining({ pipeline: '2:5', state: 'off', version: 0 }),
    );
    expect(body.notices).toEqual([]);
  });

  it('propose the regulation with dates for a pipeline without a policy, in a few requests', async () => {
    const before = one.stats.requests;
    const settings = await open();

    expect(one.stats.requests - before).toBeLessThanOrEqual(4);
    expect(settings.policy.leads).toEqual([ADMIN]);
    expect(settings.check.problems).toEqual([]);
    expect(settings.check.example?.now.closeAt).toBeGreaterThan(
      settings.check.example?.now.remindAt ?? Number.POSITIVE_INFINITY,
    );
    expect(settings.book.fields.every(({ own }) => own === null)).toBe(true);
  });

  it('are saved by an administrator, and the gate judges by them at once', async () => {
    const saved = await save({ mode: 'enforce' });
    expect(saved.body).toMatchObject({ version: 1, saved: { changed: true } });
    expect(saved.body.book.fields.map(({ key, own }) => [key, own])).toEqual(
      saved.body.book.fields.map(({ key }) => [key, saved.body.policy.fields[key]]),
    );
    const { id } = one.control.createTicket({ ...PIPELINE, title: 'Рано' }, ADMIN);
    const ref = { entityTypeId: 2, id };
    one.control.moveTicket(ref, 'C5:WON', AGENT);
    await eventually(
      'the return of an unready ticket',
      () => one.control.ticket(ref).stageId,
      (stageId) => stageId !== 'C5:WON',
    );

    const off = (await open()).policy.criteria.map((one) => ({
      ...one,
      strictness: 'off' as const,
    }));
    expect((await save({ criteria: off })).body.version).toBe(2);
    const easy = one.control.createTicket({ ...PIPELINE, title: 'Теперь можно' }, ADMIN).id;
    one.control.moveTicket({ entityTypeId: 2, id: easy }, 'C5:WON', AGENT);
    await eventually(
      'the stamp of a closing that nothing is asked of',
      () => one.control.ticket({ entityTypeId: 2, id: easy }).uf.size,
      (size) => size > 0,
    );
    expect(one.control.ticket({ entityTypeId: 2, id: easy }).stageId).toBe('C5:WON');
  });

  it('are written down with who saved them and what changed', async () => {
    const { body } = await call<PolicyVersions>('GET', '/api/settings/versions?pipeline=2:5');
    const [newest, first] = body.versions;

    expect(body.versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(newest?.by).toBe(nameOf(ADMIN));
    expect(first?.changes).toEqual([]);
    expect(newest?.changes).toContainEqual({
      path: 'criteria.problem-solved.strictness',
      title: 'Проблема решена и проверена: строгость',
      before: 'обязателен',
      after: 'выключен',
    });
    const tools = await composeTools({
      webhookUrl: one.webhookUrl,
      redisUrl: app.redis.url,
      dataDir: '',
      portalId: one.memberId,
    });
    const lines = await tools.journal.latest(one.memberId, 50);
    await tools.close();
    const saved = lines.filter(({ kind }) => kind === 'policy-saved');
    expect(saved.map(({ movedBy }) => movedBy)).toEqual([ADMIN, ADMIN]);
  });

  it('come back as an earlier version shows them, unsaved until somebody saves', async () => {
    const { body, status } = await call<PolicyProposal>('GET', `${ONE}/version/1`);

    expect(status).toBe(200);
    expect(body.policy.criteria.some(({ strictness }) => strictness === 'block')).toBe(true);
    expect(body.policy.version).toBe(2);
    expect(body.toChoose).toEqual([]);
    expect(body.changes.length).toBeGreaterThan(0);
    expect((await open()).version).toBe(2);
    expect((await call('GET', `${ONE}/version/77`)).status).toBe(404);
  });

  it('leave the portal as a document and come back the same', async () => {
    const exported = await fetch(`${app.url}/api/settings/export?pipeline=2:5`, {
      headers: { Authorization: `Bearer ${admin}` },
    });
    const document = (await exported.json()) as object;
    const { body } = await call<PolicyProposal>('POST', '/api/settings/import', {
      pipeline: '2:5',
      document,
    });

    expect(exported.headers.get('content-disposition')).toContain('attachment');
    expect(body.toChoose).toEqual([]);
    expect(body.changes).toEqual([]);
    expect(body.policy).toEqual((await open()).policy);
  });

  it('arrive on another portal as a draft in its own terms', async () => {
    const document = await (
      await fetch(`${app.url}/api/settings/export?pipeline=2:5`, {
        headers: { Authorization: `Bearer ${admin}` },
      })
    ).json();
    const theirs = await sessionOf(two, ADMIN);
    const body = { pipeline: '2:5', document };
    const read = await call<PolicyProposal>('POST', '/api/settings/import', body, theirs);

    expect(read.status).toBe(200);
    expect(Object.values(read.body.policy.fields).every((name) => name === '')).toBe(true);
    const home = await call<SettingsHome>('GET', '/api/settings', undefined, theirs);
    expect(home.body.pipelines.every(({ state }) => state === 'off')).toBe(true);
  });

  it('stay as the other administrator saved them when a form is out of date', async () => {
    const stale = await open();
    await save({ undoMinutes: 25 });
    const late = await call('PUT', ONE, {
      policy: { ...stale.policy, undoMinutes: 5 },
      version: stale.version,
    });

    expect(late.status).toBe(409);
    expect(late.body.error).toMatchObject({ code: 'changed' });
    expect((await open()).policy.undoMinutes).toBe(25);
  });

  it('change nothing when something is wrong, and every problem has its place', async () => {
    const before = await open();
    const wrong = {
      ...before.policy,
      firstWaitDays: 7,
      leads: [ADMIN, 9999],
      fields: { ...before.policy.fields, cause: 'UF_CRM_NOT_THERE' },
    };
    const refused = await call('PUT', ONE, { policy: wrong, version: before.version });

    expect(refused.status).toBe(422);
    expect(refused.body.problems?.map(({ path }) => path)).toEqual([
      'fields.cause',
      'firstWaitDays',
      'leads',
    ]);
    expect(refused.body.error.field).toBe('fields.cause');
    // Not the example: it counts from this very moment.
    const { policy, version } = await open();
    expect({ policy, version }).toEqual({ policy: before.policy, version: before.version });
  });

  it('refuse keys that nobody knows, by name', async () => {
    const { policy, version } = await open();
    const odd = await call('PUT', ONE, { policy: { ...policy, undoMinute: 5 }, version });
    const shape = await call('PUT', ONE, { policy, version, force: true });

    expect(odd.status).toBe(422);
    expect(odd.body.problems?.map(({ path }) => path)).toEqual(['undoMinute']);
    expect(shape.status).toBe(400);
  });

  it('take an existing field of the portal instead of creating one', async () => {
    await addDealField('SOLUTION_TEXT', 'string');
    const saved = await save({
      fields: { ...(await open()).policy.fields, solution: 'UF_CRM_SOLUTION_TEXT' },
    });

    expect(saved.body.policy.fields.solution).toBe('UF_CRM_SOLUTION_TEXT');
    const field = saved.body.book.fields.find(({ key }) => key === 'solution');
    expect(field?.existing.map(({ name }) => name)).toContain('UF_CRM_SOLUTION_TEXT');
  });

  it('find people by name and by number', async () => {
    const name = nameOf(AGENT).split(' ')[0] ?? '';
    const byName = await call<PeopleFound>(
      'GET',
      `/api/settings/people?q=${encodeURIComponent(name)}`,
    );
    const byId = await call<PeopleFound>('GET', `/api/settings/people?q=${AGENT}`);

    expect(byName.body.people.map(({ id }) => id)).toContain(AGENT);
    expect(byId.body.people).toEqual([{ id: AGENT, name: nameOf(AGENT) }]);
  });
});

describe('the settings of a smart process', () => {
  const REQUESTS = '/api/settings/pipeline/1034:12';
  const TAB = 'CRM_DYNAMIC_1034_DETAIL_TAB';
  const tabs = () => one.apps.bindings(CLIENT_ID).placements.map(({ placement }) => placement);

  it('are saved with fields of its own, its tab stands at once, and the gate judges it', async () => {
    const before = tabs();
    const { policy, version } = (await call<PipelineSettings>('GET', REQUESTS)).body;
    const saved = await call<PipelineSettings>('PUT', REQUESTS, {
      policy: { ...policy, mode: 'enforce' },
      version,
    });

    expect([saved.status, saved.body.version]).toEqual([200, 1]);
    expect(before).not.toContain(TAB);
    expect(tabs().filter((placement) => placement === TAB)).toEqual([TAB]);
    const names = Object.values(saved.body.policy.fields);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^UF_CRM_\d+_/.test(name))).toEqual([]);
    const wish = { entityTypeId: 1034, categoryId: 12, title: 'Рано' };
    const ref = one.control.createTicket(wish, ADMIN);
    one.control.moveTicket(ref, 'DT1034_12:SUCCESS', AGENT);
    await eventually(
      'the return of an unready item',
      () => one.control.ticket(ref).stageId,
      (stageId) => stageId !== 'DT1034_12:SUCCESS',
    );
    await eventually(
      'the explanation',
      () => one.control.comments(ref).length,
      (count) => count > 0,
    );
  });

  it('make the self-check’s questions say which pipeline they are about', async () => {
    const { questions } = (await call<DoctorHome>('GET', '/api/settings/doctor')).body;
    const begins = new Map(questions.map(({ pipeline, text }) => [pipeline, text.split('. ')[0]]));

    expect([...begins].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['1034:12', 'Воронка «Обращения»'],
      ['2:5', 'Воронка «Поддержка»'],
    ]);
  });
});

describe('the settings are closed', () => {
  const ROUTES = [
    ['GET', '/api/settings'],
    ['GET', ONE],
    ['PUT', ONE],
    ['POST', `${ONE}/check`],
    ['GET', `${ONE}/version/1`],
    ['GET', '/api/settings/versions?pipeline=2:5'],
    ['GET', '/api/settings/export?pipeline=2:5'],
    ['POST', '/api/settings/import'],
    ['GET', '/api/settings/people?q=1'],
  ] as const;
  const answers = (token: string) =>
    Promise.all(
      ROUTES.map(async ([method, path]) => {
        const body = method === 'GET' ? undefined : {};
        return (await call(method, path, body, token)).status;
      }),
    );

  it('to people who are no administrators, leads included', async () => {
    const { policy, version } = await open();
    await call('PUT', ONE, { policy: { ...policy, leads: [AGENT] }, version });
    const agent = await sessionOf(one, AGENT);

    expect(agent).not.toBe('');
    expect(await answers(agent)).toEqual(ROUTES.map(() => 403));
  });

  it('to anybody without a session of these pages', async () => {
    expect(await answers('made-up')).toEqual(ROUTES.map(() => 401));
  });

  it('to administrators of another portal: they see their own', async () => {
    const theirs = await sessionOf(two, ADMIN);
    const seen = await call<PipelineSettings>('GET', ONE, undefined, theirs);

    expect(seen.body.version).toBe(0);
    expect((await call('GET', '/api/settings/export?pipeline=2:5', undefined, theirs)).status).toBe(
      404,
    );
  });
});
