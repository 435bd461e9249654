/**
 * Whatever is posted to the service: an answer that is no fault of its own, and a service that goes on. Seeded; a failing case names its
 * number, and `FUZZ_SEED` plays another row of them.
 */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { startInstalledApp } from '../support/an-installed-app.ts';
import { FUZZ_SEED, fuzzCases, fuzzTimeout } from '../support/fuzz-settings.ts';
import { damaged, pick, seeded } from '../support/mutate.ts';
import type { Random } from '../support/mutate.ts';
import { describeWithRedis } from '../support/redis-server.ts';

const SEED = FUZZ_SEED;
const CASES = fuzzCases(400);

/** What a widget is opened with, as no portal says it. */
const BAD_OPTIONS = [
  '{"ID":"1"',
  '[]',
  'null',
  '{"ID":["1"]}',
  '{"ID":{"__proto__":1}}',
  '{"ID":"1e9"}',
  '{"ID":"-1"}',
  '['.repeat(4000),
  '{"ID":"١"}',
];

describeWithRedis('whatever is posted', () => {
  let app: InstalledApp;
  let token: string;
  let member: string;

  beforeAll(async () => {
    app = await startInstalledApp();
    const [portal] = app.portals;
    await app.install(portal);
    await app.setUp(portal);
    token = portal.apps.applicationToken(app.clientId);
    member = portal.memberId;
  }, 120_000);
  afterAll(() => app.close());

  const auth = () => ({ application_token: token, member_id: member, user_id: '1' });
  /** What each address takes when all is well. */
  const samples = (): Readonly<Record<string, readonly object[]>> => ({
    '/events': [
      { event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: '1' } }, ts: '1', auth: auth() },
      {
        event: 'ONCRMTIMELINEITEMACTION',
        data: { id: '5', action: 'recheck', userId: '2', ticket: '1' },
        auth: auth(),
      },
      { event: 'ONAPPUPDATE', data: { VERSION: '2', PREVIOUS_VERSION: '1' }, auth: auth() },
    ],
    '/robot': [
      {
        event_token: 'a.token',
        code: 'closegate_check',
        document_id: ['crm', 'CCrmDocumentDeal', 'DEAL_1'],
        use_subscription: 'Y',
        timeout_duration: '0',
        auth: auth(),
      },
    ],
    '/install': [{ AUTH_ID: 'a', REFRESH_ID: 'b', member_id: member, APPLICATION_TOKEN: token }],
    '/app': [{ AUTH_ID: 'a', member_id: member, APPLICATION_TOKEN: token, PLACEMENT: 'DEFAULT' }],
    '/card': [
      {
        AUTH_ID: 'a',
        member_id: member,
        APPLICATION_TOKEN: token,
        PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
        PLACEMENT_OPTIONS: '{"ID":"1"}',
      },
      ...BAD_OPTIONS.map((options) => ({
        AUTH_ID: 'a',
        member_id: member,
        APPLICATION_TOKEN: token,
        PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
        PLACEMENT_OPTIONS: options,
      })),
      { AUTH_ID: ['a', 'b'], member_id: [member], PLACEMENT: { a: 'CRM_DEAL_DETAIL_TAB' } },
    ],
    '/api/settings/import': [{ document: { schema: 1, criteria: [] }, pipeline: '2:5' }],
    '/session': [{ authId: 'a' }],
    '/api/card/action': [{ action: 'hold', days: 3, reason: 'why' }],
    '/api/settings/doctor': [{ write: false }],
    '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1': [{ answer: 'solved', comment: '' }],
    '/h/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1': [{ days: '3', reason: 'why' }],
  });

  async function post(path: string, body: unknown, random: Random): Promise<Response> {
    const asJson = path.startsWith('/api') || path === '/session';
    const type = asJson ? 'application/json' : 'application/x-www-form-urlencoded';
    const text = asJson ? JSON.stringify(body) : formOf(body);
    const sent = random() < 0.1 ? cut(text, random) : text;
    return fetch(`${app.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': random() < 0.05 ? 'text/plain' : type,
        ...(random() < 0.3 ? { Authorization: `Bearer ${'a'.repeat(60)}.${'b'.repeat(43)}` } : {}),
      },
      body: sent,
    });
  }

  it(
    `is answered without a fault (${CASES} cases, seed ${SEED})`,
    async () => {
      const random = seeded(SEED);
      const seen = new Set<number>();
      const faults: unknown[] = [];
      for (let n = 0; n < CASES; n += 1) {
        const path = pick(random, Object.keys(samples()));
        const body = damaged(
          pick(random, samples()[path] ?? []),
          random,
          1 + Math.floor(random() * 3),
        );
        const answer = await post(path, body, random);
        seen.add(answer.status);
        // 502 and 503 tell of another side that is away; here none is.
        if (answer.status >= 500)
          faults.push([n, path, answer.status, JSON.stringify(body)?.slice(0, 300)]);
        await answer.body?.cancel();
      }

      expect(faults).toEqual([]);
      expect([...seen]).toEqual(expect.arrayContaining([200, 400, 401]));
      expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
    },
    fuzzTimeout(60_000),
  );

  it('leaves the portal installed, with its settings', async () => {
    const [portal] = app.portals;
    const opened = await fetch(`${app.url}/events`, {
      method: 'POST',
      body: new URLSearchParams(
        formOf({ event: 'ONCRMDEALUPDATE', data: { FIELDS: { ID: '1' } }, auth: auth() }),
      ),
    });

    expect(opened.status).toBe(200);
    expect(portal.apps.isInstalled(app.clientId)).toBe(true);
  });
});

/** A lone half of a letter cannot be written in an address. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** `a[b][c]=d`, as PHP writes nested values. */
function formOf(value: unknown, name = ''): string {
  if (typeof value !== 'object' || value === null) {
    return `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(String(value)))}`;
  }
  return Object.entries(value)
    .map(([key, inner]) => formOf(inner, name === '' ? key : `${name}[${key}]`))
    .join('&');
}

function cut(text: string, random: Random): string {
  const at = Math.floor(random() * text.length);
  return `${text.slice(0, at)}${pick(random, ['', '%', '%zz', '&&==', '\u0000', ']['])}`;
}
