/** The door into the pages: who is let in, what is asked of whom, and which headers go out. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FrameAssets } from '../../src/http/frame-assets.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { CardScene, CardServer } from '../support/a-card.ts';
import { AGENT, aCardScene, APPLICATION_TOKEN, serveCard } from '../support/a-card.ts';

let card: CardScene;
let server: CardServer;

const FORM = {
  AUTH_ID: 'auth-of-the-agent',
  AUTH_EXPIRES: '3600',
  REFRESH_ID: 'refresh-of-the-agent',
  SERVER_ENDPOINT: 'https://evil.example/rest/',
  APPLICATION_TOKEN,
  APPLICATION_SCOPE: 'crm,im',
  member_id: PORTAL,
  status: 'F',
  PLACEMENT: 'CRM_DEAL_DETAIL_TAB',
  PLACEMENT_OPTIONS: '{"ID":"759","URI":"/crm/deal/details/759/"}',
};

function post(changes: Readonly<Record<string, string>> = {}, path = '/card'): Promise<Response> {
  const query = 'DOMAIN=evil.example&PROTOCOL=1&LANG=ru&APP_SID=sid';
  return fetch(`${server.url}${path}?${query}`, {
    method: 'POST',
    body: new URLSearchParams({ ...FORM, ...changes }),
  });
}

interface Boot {
  readonly session: { readonly token: string };
  readonly language: string;
  readonly first: { readonly state: { readonly ticket: { readonly number: number } } } | null;
}

async function boot(response: Response): Promise<Boot> {
  const page = await response.text();
  const [, json = ''] = /id="state">([\s\S]*?)<\/script>/.exec(page) ?? [];
  return JSON.parse(json) as Boot;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

function styled(css: string): FrameAssets {
  const page = { script: 'card-0.js', style: 'card-0.css' };
  const style = { type: 'text/css; charset=utf-8', body: Buffer.from(css) };
  return { assets: new Map([['card-0.css', style]]), pages: { card: page, admin: page } };
}

async function openedAt({ url }: CardServer) {
  const response = await fetch(`${url}/card`, { method: 'POST', body: new URLSearchParams(FORM) });
  const page = await response.text();
  const policy = response.headers.get('content-security-policy') ?? '';
  const styles = [...page.matchAll(/<style>([^<]*)<\/style>/g)].map(([, css]) => css);
  return { page, styles, source: /style-src ([^;]*)/.exec(policy)?.[1] };
}

beforeAll(async () => {
  card = aCardScene();
  server = await serveCard(card);
});
afterAll(() => server.close());
beforeEach(() => {
  card.door.asked = [];
  card.door.kept.clear();
  card.scene.put({ title: '</script><script>alert(1)</script>' });
});

describe('a page posted into a frame', () => {
  it('opens for a user the portal knows, with state and session in the page', async () => {
    const response = await post();
    const { session, language, first } = await boot(response);
    const opened = card.tokens.open(session.token, 'card');

    expect(response.status).toBe(200);
    expect(language).toBe('ru');
    expect(first?.state.ticket.number).toBe(759);
    expect(opened?.session).toMatchObject({ portalId: PORTAL, userId: AGENT, ticket: '2:759' });
  });

  it('may be framed by the stored portal alone and runs nothing but its own script', async () => {
    const { headers } = await post();

    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors https://portal.example",
    );
    expect(headers.get('x-frame-options')).toBeNull();
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('brings a small style within itself, and lets no other style in', async () => {
    const small = await serveCard(card, { assets: styled('p{color:#123}\n') });
    const large = await serveCard(card, { assets: styled('p{color:#123}\n'.repeat(1000)) });
    const [inline, linked] = await Promise.all([small, large].map(openedAt));
    await Promise.all([small.close(), large.close()]);

    expect(inline?.styles).toEqual(['p{color:#123}\n']);
    expect(inline?.source).toBe(`'sha256-${sha256('p{color:#123}\n')}'`);
    expect(inline?.page).not.toContain('rel="stylesheet"');
    expect(linked?.styles).toEqual([]);
    expect(linked?.source).toBe("'self'");
    expect(linked?.page).toContain('<link rel="stylesheet" href="/assets/card-0.css" />');
  });

  it('asks the stored portal alone, whatever host the request names', async () => {
    await post();

    expect(card.door.asked).toEqual([{ portalId: PORTAL, authId: 'auth-of-the-agent' }]);
  });

  it('holds no script that a title brings and no token of the post', async () => {
    const page = await (await post()).text();

    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain(FORM.AUTH_ID);
    expect(page).not.toContain(FORM.REFRESH_ID);
    expect(page).not.toContain(APPLICATION_TOKEN);
  });

  it('takes the item type of a smart process from the placement code', async () => {
    const { session } = await boot(await post({ PLACEMENT: 'CRM_DYNAMIC_183_DETAIL_TAB' }));

    expect(card.tokens.open(session.token, 'card')?.session.ticket).toBe('183:759');
  });

  it.each([
    ['a wrong application token', { APPLICATION_TOKEN: 'another' }, 403, 0],
    ['an unknown portal', { member_id: 'nobody' }, 403, 0],
    ['a token nobody knows', { AUTH_ID: 'made-up' }, 403, 1],
    ['a ticket the user may not see', { PLACEMENT_OPTIONS: '{"ID":404}' }, 403, 1],
    ['an id that is no number', { PLACEMENT_OPTIONS: '{"ID":"7 or 1"}' }, 400, 0],
    ['no options', { PLACEMENT_OPTIONS: '' }, 400, 0],
    ['another placement', { PLACEMENT: 'CRM_LEAD_DETAIL_TAB' }, 400, 0],
    ['a smart type below 128', { PLACEMENT: 'CRM_DYNAMIC_31_DETAIL_TAB' }, 400, 0],
  ])('is refused for %s', async (_what, changes, status, asked) => {
    const response = await post(changes);
    const page = await response.text();

    expect(response.status).toBe(status);
    expect(card.door.asked).toHaveLength(asked);
    expect(page).not.toContain('id="state"');
  });

  it('is refused for a token of another application', async () => {
    card.door.users.set('foreign', { id: AGENT, isAdmin: true, sees: true, foreign: true });

    expect((await post({ AUTH_ID: 'foreign' })).status).toBe(403);
  });

  it('is refused when it is larger than a portal makes it', async () => {
    const response = await post({ APPLICATION_SCOPE: 'x'.repeat(40_000) });

    expect(response.status).toBe(413);
  });

  it('of the main page has no ticket and another audience', async () => {
    const { session } = await boot(await post({ PLACEMENT: 'DEFAULT' }, '/app'));

    expect(card.tokens.open(session.token, 'card')).toBeNull();
    expect(card.tokens.open(session.token, 'admin')?.session.ticket).toBeNull();
  });

  it('of the main page, opened by a button of a ticket, is the panel of that ticket', async () => {
    const opened = { PLACEMENT: 'DEFAULT', PLACEMENT_OPTIONS: '{"ticket":"2:759","entityId":1}' };
    const { session, first } = await boot(await post(opened, '/app'));

    expect(card.tokens.open(session.token, 'admin')).toBeNull();
    expect(card.tokens.open(session.token, 'card')?.session.ticket).toBe('2:759');
    expect(first?.state.ticket.number).toBe(759);
  });

  it.each([
    ['a ticket the user may not see is refused', '{"ticket":"2:404"}', 403, null],
    ['what is no ticket is the page of administrators', '{"ticket":"2:7 or 1"}', 200, 'admin'],
    ['a list in its place is, too', '{"ticket":["2:759"]}', 200, 'admin'],
  ] as const)('of the main page: %s', async (_what, PLACEMENT_OPTIONS, status, audience) => {
    const response = await post({ PLACEMENT: 'DEFAULT', PLACEMENT_OPTIONS }, '/app');

    expect(response.status).toBe(status);
    if (audience !== null) {
      const { session } = await boot(response);
      expect(card.tokens.open(session.token, audience)?.session.ticket).toBeNull();
    }
  });

  it.each(['GET', 'HEAD'])('answers %s with a page of nobody', async (method) => {
    const response = await fetch(`${server.url}/card`, { method });

    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('leaves no token and no word of the ticket in the log', async () => {
    await post();
    await post({ APPLICATION_TOKEN: 'another' });
    const lines = JSON.stringify(card.log);

    for (const secret of [FORM.AUTH_ID, FORM.REFRESH_ID, APPLICATION_TOKEN, 'alert(1)']) {
      expect(lines).not.toContain(secret);
    }
  });
});

describe('a session that has ended', () => {
  const renew = (token: string, authId: string): Promise<Response> =>
    fetch(`${server.url}/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ authId }),
    });
  const claims = {
    portalId: PORTAL,
    userId: AGENT,
    isAdmin: false,
    ticket: '2:759',
    audience: 'card',
    timeZone: '',
    language: 'ru',
  } as const;

  it('goes on with a fresh AUTH_ID of the same user, for the same ticket', async () => {
    const { token } = card.tokens.issue(claims);
    card.scene.now += 16 * 60_000;
    const body: unknown = await (await renew(token, 'auth-of-the-agent')).json();

    expect(card.tokens.open(token, 'card')?.kind).toBe('over');
    expect(body).toMatchObject({ ok: true });
    const next = card.tokens.open((body as { token: string }).token, 'card');
    expect([next?.kind, next?.session.ticket]).toEqual(['live', '2:759']);
  });

  it('does not go on for another user, a made-up AUTH_ID or a forged token', async () => {
    card.door.users.set('of-another', { id: 12, isAdmin: true, sees: true, foreign: false });
    const { token } = card.tokens.issue(claims);
    const answers = await Promise.all([
      renew(token, 'of-another'),
      renew(token, 'made-up'),
      renew(`${token.slice(0, -2)}xx`, 'auth-of-the-agent'),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 401]);
  });
});

describe('the assets', () => {
  it.each([
    ['br', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ])('come for "%s" as %s and stay for ever', async (accepted, encoding) => {
    const { headers, status } = await fetch(`${server.url}/assets/card-0.js`, {
      headers: { 'Accept-Encoding': accepted },
    });

    expect([status, headers.get('content-encoding')]).toEqual([200, encoding]);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('vary')).toBe('Accept-Encoding');
  });

  it('are only the ones there are', async () => {
    expect((await fetch(`${server.url}/assets/..%2fpackage.json`)).status).toBe(404);
  });
});
