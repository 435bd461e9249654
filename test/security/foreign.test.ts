/** Sessions and posts in the wrong hands: another portal's, another ticket's, another page's, another user's, over, uninstalled. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TicketRef } from '../../src/core/ticket.ts';
import type { Sandbox } from '../../src/sandbox/start-sandbox.ts';
import type { InstalledApp } from '../support/an-installed-app.ts';
import { APP_SECRET, CLIENT_ID, PIPELINE, startInstalledApp } from '../support/an-installed-app.ts';
import { createTokenSigner } from '../../src/http/token-signer.ts';
import { writeClientToken } from '../../src/app/client-token.ts';
import { writeHoldToken } from '../../src/app/hold-token.ts';
import { until } from '../support/eventually.ts';
import { postFrame } from '../support/sandbox-app.ts';

const ADMIN = 1;
const AGENT = 2;
const COLLEAGUE = 3;
const MINUTE_MS = 60_000;
let app: InstalledApp;
let one: Sandbox;
let two: Sandbox;

beforeAll(async () => {
  app = await startInstalledApp({}, { role: 'web' });
  [one, two] = app.portals;
  for (const portal of [one, two]) {
    await app.install(portal);
    await app.setUp(portal);
  }
});
afterAll(() => app.close());

const ticketOn = (portal: Sandbox, title: string): TicketRef =>
  portal.control.createTicket({ ...PIPELINE, title }, AGENT);

const cardPost = (portal: Sandbox, { id }: TicketRef, userId = AGENT) =>
  portal.apps.open(CLIENT_ID, {
    userId,
    placement: 'CRM_DEAL_DETAIL_TAB',
    options: { ID: String(id) },
  });

const tokenOf = (text: string): string => /"token":"([^"]+)"/.exec(text)?.[1] ?? '';

async function panel(portal: Sandbox, ref: TicketRef, userId = AGENT): Promise<string> {
  const { status, text } = await postFrame(cardPost(portal, ref, userId));
  if (status !== 200) throw new Error(`the panel answered ${status}`);
  return tokenOf(text);
}

async function settings(portal: Sandbox): Promise<string> {
  const { text } = await postFrame(portal.apps.open(CLIENT_ID, { userId: ADMIN }));
  return tokenOf(text);
}

interface Asked {
  readonly method?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call(
  token: string,
  path: string,
  { method = 'GET', body, headers = {} }: Asked = {},
) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

const renew = (token: string, authId: string, more: object = {}) =>
  call(token, '/session', { method: 'POST', body: { authId, ...more } });

const CALLS = [
  ['/api/card', {}],
  ['/api/card/draft', { method: 'PUT', body: { fields: { solution: 'чужое решение' } } }],
  ['/api/card/action', { method: 'POST', body: { action: 'close', outcome: null } }],
  ['/api/card/similar', { method: 'POST', body: { words: 'шлагбаум' } }],
] as const;

async function statuses(token: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const [path, asked] of CALLS) found.push((await call(token, path, asked)).status);
  return found;
}

/** Everything of the ticket that could have been changed. */
const seen = (portal: Sandbox, ref: TicketRef): string => {
  const { stageId, uf, updatedBy } = portal.control.ticket(ref);
  return JSON.stringify([stageId, [...uf], updatedBy]);
};

describe('a session of one ticket', () => {
  it('neither shows nor changes another one, whatever the request names besides', async () => {
    const mine = ticketOn(one, 'Моё');
    const other = ticketOn(one, 'Чужое секретное');
    const before = seen(one, other);
    const token = await panel(one, mine);
    const named = { ref: `2:${other.id}`, ticket: `2:${other.id}`, id: other.id, ID: other.id };
    const shown = await call(
      token,
      `/api/card?ticket=2:${other.id}&ID=${other.id}&ref=2:${other.id}`,
    );
    const drafted = await call(token, '/api/card/draft', {
      method: 'PUT',
      body: { fields: { solution: 'x' }, ...named },
    });
    const acted = await call(token, '/api/card/action', {
      method: 'POST',
      body: { action: 'undo', ...named },
    });
    const searched = await call(token, '/api/card/similar', {
      method: 'POST',
      body: { words: 'x', ...named },
    });

    expect(shown.text).toContain('"title":"Моё"');
    expect(shown.text).not.toContain('Чужое секретное');
    expect([drafted.status, acted.status, searched.status]).toEqual([422, 422, 422]);
    expect(seen(one, other)).toBe(before);
  });

  it('cannot be begun for a ticket out of sight, nor goes on once it is out of sight', async () => {
    const ref = ticketOn(one, 'Скрытое');
    const token = await panel(one, ref);
    const before = seen(one, ref);
    one.control.hideTicketFrom(ref, AGENT);
    const opened = await postFrame(cardPost(one, ref));
    const [shown, drafted, acted] = await statuses(token);
    const renewed = await renew(token, cardPost(one, ref).body['AUTH_ID'] ?? '');

    expect(opened.status).toBe(403);
    expect(opened.text).not.toContain('Скрытое');
    expect([shown, drafted, acted]).toEqual([403, 403, 403]);
    expect(renewed.status).toBe(403);
    expect(seen(one, ref)).toBe(before);
  });

  it.each(['0', '-1', '1.5', '1e3', '2 OR 1=1', '../2', '[2]', '', '99999999999999999999'])(
    'is not begun for the ticket "%s"',
    async (id) => {
      const ref = ticketOn(one, 'Номер');
      const { status } = await postFrame(cardPost(one, ref), {
        PLACEMENT_OPTIONS: JSON.stringify({ ID: id }),
      });

      expect(status).toBe(400);
    },
  );
});

describe('a session of one portal', () => {
  it('never reaches the other portal, though the ticket has the same number there', async () => {
    const first = ticketOn(one, 'Первый портал');
    let second = ticketOn(two, 'Второй портал');
    while (second.id < first.id) second = ticketOn(two, 'Второй портал');
    const before = seen(two, second);
    const token = await panel(one, first);
    const shown = await call(token, '/api/card', {
      headers: { Origin: two.url, Referer: two.url },
    });
    await call(token, '/api/card/draft', { method: 'PUT', body: { fields: { solution: 'Наше' } } });

    expect(shown.text).toContain('Первый портал');
    expect(shown.text).not.toContain('Второй портал');
    expect(seen(two, second)).toBe(before);
  });

  it("is not renewed by the other portal's user, by a colleague, or by a token made up", async () => {
    const ref = ticketOn(one, 'Продление');
    const token = await panel(one, ref);
    const auth = (post: { readonly body: Readonly<Record<string, string>> }): string =>
      post.body['AUTH_ID'] ?? '';
    const foreign = await renew(token, auth(cardPost(two, ticketOn(two, 'Другое'))));
    const colleague = await renew(token, auth(cardPost(one, ref, COLLEAGUE)));
    const madeUp = await renew(token, 'made-up');
    const own = await renew(token, auth(cardPost(one, ref)), {
      portalId: two.memberId,
      member_id: two.memberId,
      isAdmin: true,
    });

    expect([foreign.status, colleague.status, madeUp.status]).toEqual([403, 403, 403]);
    expect(own.status).toBe(200);
    const claims = JSON.parse(
      Buffer.from(tokenOf(own.text).split('.')[0] ?? '', 'base64url').toString(),
    ) as object;
    expect(claims).toMatchObject({ p: one.memberId, u: AGENT, a: false, t: `2:${ref.id}` });
  });

  it('is not begun with the other portal’s tokens, in either half of the post', async () => {
    const ref = ticketOn(one, 'Подмена');
    const theirs = cardPost(two, ticketOn(two, 'Подмена')).body;
    const mine = cardPost(one, ref);
    const answers = await Promise.all([
      postFrame(mine, { member_id: two.memberId }),
      postFrame(mine, { APPLICATION_TOKEN: theirs['APPLICATION_TOKEN'] ?? '' }),
      postFrame(mine, { AUTH_ID: theirs['AUTH_ID'] ?? '' }),
      postFrame(mine, {
        member_id: two.memberId,
        APPLICATION_TOKEN: theirs['APPLICATION_TOKEN'] ?? '',
      }),
      postFrame(mine, { member_id: 'nobody' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    expect(answers.every(({ text }) => !text.includes('id="state"'))).toBe(true);
  });
});

describe('the token', () => {
  it('of one page is none of the other', async () => {
    const card = await panel(one, ticketOn(one, 'Страницы'));
    const admin = await settings(one);

    expect(await statuses(admin)).toEqual([401, 401, 401, 401]);
    for (const path of ['/api/report', '/api/report/csv', '/api/install/steps']) {
      expect([path, (await call(card, path)).status]).toEqual([path, 401]);
    }
    expect((await call(admin, '/api/install/steps')).status).toBe(401);
  });

  it('is read from the Authorization header alone', async () => {
    const token = await panel(one, ticketOn(one, 'Заголовок'));
    const ways = await Promise.all([
      call('', '/api/card'),
      call('', `/api/card?token=${token}&access_token=${token}`),
      call('', '/api/card', { headers: { Cookie: `token=${token}; session=${token}` } }),
      call('', '/api/card', { headers: { Authorization: `Basic ${token}` } }),
      call('', '/api/card', { headers: { 'X-Authorization': `Bearer ${token}` } }),
    ]);

    expect(ways.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });

  it('of another thing the service signs opens no page of the portal, and the other way round', async () => {
    const ref = ticketOn(one, 'Виды');
    const card = await panel(one, ref);
    const signer = createTokenSigner(APP_SECRET);
    const link = { portalId: one.memberId, ref, cycle: 1, expiresAt: Date.now() + MINUTE_MS };
    const answer = writeClientToken(signer, { ...link, purpose: 'answer', readingOf: '' });
    const hold = writeHoldToken(signer, link);
    const install = tokenOf((await postFrame(one.apps.openInstaller(CLIENT_ID))).text);

    for (const token of [answer, hold, install]) {
      expect(await statuses(token)).toEqual([401, 401, 401, 401]);
      expect((await renew(token, 'x')).status).toBe(401);
    }
    for (const token of [answer, hold, card]) {
      expect((await call(token, '/api/install/steps')).status).toBe(401);
    }
    expect((await call('', `/c/${hold}`)).status).toBe(404);
    expect((await call('', `/h/${answer}`)).status).toBe(404);
    expect((await call('', `/c/${install}`)).status).toBe(404);
  });

  it('is over after its time, and cannot be renewed the day after', async () => {
    const ref = ticketOn(one, 'Время');
    const token = await panel(one, ref);
    const auth = cardPost(one, ref).body['AUTH_ID'] ?? '';
    const before = seen(one, ref);
    app.clock.setTo(Date.now() + 15 * MINUTE_MS + 1000);
    const over = await statuses(token);
    const renewed = await renew(token, auth);
    const again = await statuses(token);
    app.clock.setTo(Date.now() + 13 * 60 * MINUTE_MS);
    const late = await renew(token, auth);
    app.clock.setTo(Date.now());

    expect([over, again]).toEqual([
      [401, 401, 401, 401],
      [401, 401, 401, 401],
    ]);
    expect([renewed.status, late.status]).toEqual([200, 401]);
    expect(seen(one, ref)).toBe(before);
  });

  it('dies with the installation, and does not live again with the next one until renewed', async () => {
    const ref = ticketOn(two, 'Удаление');
    const token = await panel(two, ref);
    const auth = cardPost(two, ref).body['AUTH_ID'] ?? '';
    const before = seen(two, ref);
    await two.apps.uninstall(CLIENT_ID, false);
    await until(async () => (await call(token, '/api/card')).status === 401);
    const gone = await statuses(token);
    const renewed = await renew(token, auth);
    await app.install(two);
    const reinstalled = await statuses(token);

    expect([gone, reinstalled]).toEqual([
      [401, 401, 401, 401],
      [401, 401, 401, 401],
    ]);
    expect(renewed.status).toBe(403);
    expect(seen(two, ref)).toBe(before);
  });
});
