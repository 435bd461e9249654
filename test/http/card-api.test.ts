/** The panel's routes: state with its version, drafts, actions; every one behind a session and the person's own rights. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CardState } from '../../src/core/card-state.ts';
import { PORTAL } from '../support/a-gate.ts';
import type { CardScene, CardServer } from '../support/a-card.ts';
import { FakeSignals } from '../support/fake-automation.ts';
import { AGENT, aCardScene, serveCard } from '../support/a-card.ts';

let card: CardScene;
let server: CardServer;
let token = '';

const SESSION = {
  portalId: PORTAL,
  userId: AGENT,
  isAdmin: false,
  ticket: '2:759',
  audience: 'card',
  timeZone: '',
  language: 'ru',
} as const;

interface Answer {
  readonly ok: boolean;
  readonly state: CardState;
  readonly message?: string;
  readonly conflicts?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly field?: string; readonly message: string };
}

async function call(method: string, path: string, body?: object, tag?: string) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body && { 'Content-Type': 'application/json' }),
      ...(tag !== undefined && { 'If-None-Match': tag }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = (text === '' ? null : JSON.parse(text)) as Answer;
  return { status: response.status, tag: response.headers.get('etag') ?? '', answer };
}
const act = (body: object) => call('POST', '/api/card/action', body);

beforeEach(async () => {
  card = aCardScene();
  card.door.kept.add(AGENT);
  card.scene.put({ stageId: 'C5:EXECUTING', record: { confirmation: 'confirmed' } });
  token = card.tokens.issue(SESSION).token;
  server = await serveCard(card);
});
afterEach(() => server.close());

describe('the state', () => {
  it('comes with a version, and 304 while nothing changes', async () => {
    const first = await call('GET', '/api/card');
    const reads = card.scene.tickets.reads.length;
    const second = await call('GET', '/api/card', undefined, first.tag);

    expect([first.status, second.status]).toEqual([200, 304]);
    expect(card.scene.tickets.reads).toHaveLength(reads);
    expect(first.answer.state.canClose).toBe(true);
  });

  it('is read anew once the portal rang about the ticket', async () => {
    const first = await call('GET', '/api/card');
    card.scene.edit({ solution: '' });
    const old = await call('GET', '/api/card', undefined, first.tag);
    card.desk.rang(PORTAL, '2:759');
    const fresh = await call('GET', '/api/card', undefined, first.tag);

    expect([old.status, fresh.status]).toEqual([304, 200]);
    expect(fresh.answer.state.canClose).toBe(false);
  });

  it.each([
    ['without a token', () => (token = '')],
    [
      'for a token of another page',
      () => (token = card.tokens.issue({ ...SESSION, audience: 'admin' }).token),
    ],
    ['after its time', () => (card.scene.now += 16 * 60_000)],
    ['while no token of the user is kept', () => card.door.kept.clear()],
    ['for a portal that left', () => card.door.portals.clear()],
  ])('is refused with 401 %s', async (_what, prepare) => {
    prepare();

    expect((await call('GET', '/api/card')).status).toBe(401);
  });

  it('is refused as soon as the user may not see the ticket any more', async () => {
    card.hide();
    const shown = await call('GET', '/api/card');
    const acted = await act({ action: 'close', outcome: null });

    expect([shown.status, shown.answer.error?.code]).toEqual([403, 'no-rights']);
    expect([acted.status, acted.answer.error?.code]).toEqual([403, 'no-rights']);
  });

  it('says so for a pipeline without a policy', async () => {
    token = card.tokens.issue({ ...SESSION, ticket: '183:5' }).token;
    const { status, answer } = await call('GET', '/api/card');

    expect([status, answer.error?.code]).toEqual([409, 'not-configured']);
  });
});

describe('a draft', () => {
  it("is written in the person's own name and the criteria follow without asking the portal again", async () => {
    card.scene.edit({ solution: '' });
    await call('GET', '/api/card');
    const { status, answer } = await call('PUT', '/api/card/draft', {
      fields: { solution: 'Выпустили новый сертификат', timeSpent: 30 },
      base: { solution: '', timeSpent: 45 },
    });

    expect(status).toBe(200);
    expect(card.scene.record()).toMatchObject({
      solution: 'Выпустили новый сертификат',
      timeSpent: 30,
    });
    expect(card.hand.changes).toHaveLength(1);
    expect(card.scene.writer.changes).toHaveLength(0);
    expect(answer.state.canClose).toBe(true);
  });

  it("does not write over somebody else's newer text, and saves the rest", async () => {
    card.scene.edit({ cause: 'Причину нашла Мария' });
    const { answer } = await call('PUT', '/api/card/draft', {
      fields: { cause: 'Моя причина', solution: 'Моё решение целиком' },
      base: { cause: 'Истёк сертификат контроллера', solution: card.scene.record().solution },
    });

    expect(answer.conflicts).toEqual({ cause: 'Причину нашла Мария' });
    expect(card.scene.record()).toMatchObject({
      cause: 'Причину нашла Мария',
      solution: 'Моё решение целиком',
    });
  });

  it.each([
    ['a field of the book-keeping', { cycle: 7 }],
    ['the outcome', { outcome: 'confirmed' }],
    ['the confirmation', { confirmation: 'confirmed' }],
    ['a text in place of minutes', { timeSpent: 'сорок' }],
    ['a code the list does not have', { kbDecision: 'whatever' }],
    ['a field nobody knows', { __proto__x: 'x' }],
  ])('is refused for %s', async (_what, fields) => {
    const { status, answer } = await call('PUT', '/api/card/draft', { fields });

    expect([status, answer.error?.code]).toEqual([422, 'bad-field']);
    expect(card.hand.changes).toHaveLength(0);
  });

  it('is refused when the portal does not let this person change the ticket', async () => {
    card.hand.refusing = 'denied';
    const { status, answer } = await call('PUT', '/api/card/draft', { fields: { cause: 'Моя' } });

    expect([status, answer.error?.code]).toEqual([403, 'denied']);
  });
});

describe('the search for similar cases', () => {
  it('takes its words in the body, never in the address', async () => {
    const found = await call('POST', '/api/card/similar', { words: 'шлагбаум' });

    expect(found.status).toBe(200);
    expect(found.answer).toMatchObject({ ok: true, articles: expect.any(Array) });
    expect((await call('GET', '/api/card/similar?q=x')).status).toBe(404);
  });

  it.each([{}, { words: 7 }, { words: 'x'.repeat(301) }, { words: 'x', more: 1 }])(
    'refuses %j',
    async (body) => {
      const refused = await call('POST', '/api/card/similar', body);

      expect([refused.status, refused.answer.ok]).toEqual([422, false]);
    },
  );

  it('is refused without a session', async () => {
    token = '';

    expect((await call('POST', '/api/card/similar', { words: '' })).status).toBe(401);
  });
});

describe('an action', () => {
  it("closes a ticket that lacks nothing, with the gate's stamp, and the undo takes it back unheard", async () => {
    const closed = await act({ action: 'close', outcome: null });
    const undone = await act({ action: 'undo' });

    expect(closed.answer.state).toMatchObject({
      stage: 'closed',
      closed: { outcome: 'Подтверждено клиентом' },
    });
    expect(closed.answer.state.undoUntil).not.toBeNull();
    expect(undone.answer.state.stage).toBe('work');
    expect(card.scene.record()).toMatchObject({ outcome: null, closedAt: null });
    expect(card.scene.journal.kinds()).toEqual(
      expect.arrayContaining(['closed', 'undone', 'panel-action']),
    );
    expect(card.scene.channels.delivered()).toEqual([]);
  });

  it('does not close what lacks something', async () => {
    card.scene.edit({ solution: '' });
    const { status, answer } = await act({ action: 'close', outcome: null });

    expect([status, answer.error?.code]).toEqual([422, 'not-ready']);
    expect(card.scene.stageId()).toBe('C5:EXECUTING');
  });

  it('closes by the app where only the app may enter the closed stage, and not for one who may only look', async () => {
    const refuse = { ok: false, why: 'denied', detail: 'ACCESS_DENIED' } as const;
    const make = card.door.makeHand;
    const door = Object.assign(card.door, {
      makeHand: (userId: number) => ({
        ...make(userId),
        tickets: {
          ...make(userId).tickets,
          stampTickets: async () =>
            new Map([['2:759', { write: refuse, mismatched: [], stageIdAfter: '' }]]),
        },
      }),
    });
    card.hand.refusing = 'denied';
    const looker = await act({ action: 'close', outcome: null });
    card.hand.refusing = null;
    const agent = await act({ action: 'close', outcome: null });

    expect(door.kept.size).toBe(1);
    expect([looker.status, looker.answer.error?.code]).toEqual([422, 'not-verified']);
    expect(agent.answer.state.stage).toBe('closed');
  });

  it('asks the client from a work stage, reminds once, and takes the request back', async () => {
    card.scene.edit({ confirmation: null });
    const asked = await act({ action: 'request' });
    const again = await act({ action: 'request' });
    const reminded = await act({ action: 'remind' });
    const twice = await act({ action: 'remind' });
    const back = await act({ action: 'cancel-request' });

    expect(asked.answer.message).toBe('Запрос отправлен клиенту');
    expect(asked.answer.state).toMatchObject({
      stage: 'awaiting-confirmation',
      confirmation: { state: 'asked' },
    });
    expect(again.answer.error?.code).toBe('already-asked');
    expect(reminded.status).toBe(200);
    expect(twice.answer.error?.code).toBe('already-reminded');
    expect(back.answer.state).toMatchObject({
      stage: 'work',
      confirmation: { state: 'not-asked' },
    });
    expect(card.scene.channels.delivered()).toHaveLength(2);
    expect(card.scene.timers.kinds()).toEqual([]);
  });

  it('does not ask without a solution to check', async () => {
    card.scene.edit({ confirmation: null, solution: '' });
    const { answer } = await act({ action: 'request' });

    expect(answer.error).toMatchObject({ code: 'no-solution', field: 'solution' });
    expect(card.scene.stageId()).toBe('C5:EXECUTING');
  });

  it('takes a confirmation from elsewhere only with channel, time and words', async () => {
    card.scene.edit({ confirmation: null });
    const at = card.scene.now - 60_000;
    const signals = new FakeSignals();
    Object.assign(card.scene.deps, { triggers: signals });
    const tick = await act({ action: 'by-agent', channel: 'phone', at, words: 'ок' });
    const later = await act({
      action: 'by-agent',
      channel: 'phone',
      at: at + 600_000,
      words: 'вход работает',
    });
    const told = await act({ action: 'by-agent', channel: 'phone', at, words: 'вход работает' });

    expect([tick.answer.error?.field, later.answer.error?.field]).toEqual(['words', 'at']);
    expect(told.status).toBe(200);
    expect(card.scene.record().confirmation).toBe('by-agent');
    expect(card.scene.record().confirmationEvidence).toMatch(/^звонок, .*: вход работает$/);
    expect(signals.codes()).toEqual(['closegate_confirmed']);
  });

  it('holds and ends the hold, with a reason and an end', async () => {
    const until = card.scene.now + 86_400_000;
    const past = await act({ action: 'hold', until: card.scene.now - 1, reason: 'отпуск клиента' });
    card.scene.edit({ confirmation: null });
    const held = await act({ action: 'hold', until, reason: 'отпуск клиента' });
    const ended = await act({ action: 'unhold' });

    expect(past.answer.error?.field).toBe('until');
    expect(held.answer.state.hold).toEqual({ until, reason: 'отпуск клиента' });
    expect(ended.answer.state.hold).toBeNull();
  });

  it('overrides for those who may, with a reason, and for nobody else', async () => {
    card.scene.edit({ solution: '' });
    const wish = {
      action: 'override',
      outcome: null,
      reason: 'Клиент закрыл договор, описывать нечего',
    };
    const nobody = await act(wish);
    card.scene.policies.saved = card.scene.policies.saved.map((one) => ({
      ...one,
      overriders: [AGENT],
    }));
    const short = await act({ ...wish, reason: 'надо' });
    const lead = await act(wish);

    expect(nobody.answer.error?.code).toBe('not-ready');
    expect(card.hand.changes).toHaveLength(1);
    expect(short.answer.error?.field).toBe('reason');
    expect(lead.answer.state.stage).toBe('closed');
    expect(card.scene.journal.kinds()).toContain('overridden');
  });

  it('returns a closed ticket to work after the undo window, with its cause', async () => {
    await act({ action: 'close', outcome: null });
    card.scene.now += 11 * 60_000;
    card.scene.tickets.now = card.scene.now;
    const { answer } = await act({
      action: 'return-to-work',
      cause: 'hurried',
      comment: 'Клиент перезвонил',
    });

    expect(answer.state.stage).toBe('work');
    expect(card.scene.record()).toMatchObject({ cycle: 2, mistakeCause: 'hurried' });
    expect(card.scene.said()).toEqual(
      expect.arrayContaining([expect.stringContaining('Клиент перезвонил')]),
    );
  });

  it("notes the decision about the knowledge base in the person's own name", async () => {
    card.scene.edit({ kbDecision: null, resources: [] });
    const bad = await act({ action: 'kb-decide', decision: 'exists', link: 'не ссылка' });
    const good = await act({
      action: 'kb-decide',
      decision: 'not-needed',
      why: 'Разовый случай у клиента',
    });

    expect(bad.answer.error).toMatchObject({ code: 'kb-link-not-a-link', field: 'link' });
    expect(good.status).toBe(200);
    expect(card.scene.record()).toMatchObject({
      kbDecision: 'not-needed',
      kbNote: 'Разовый случай у клиента',
    });
    expect(card.hand.changes).toHaveLength(1);
  });

  it('takes an article that the agent has updated, by its address', async () => {
    card.scene.edit({ kbDecision: null, resources: [] });
    const { link } = card.base.put(7, 'Шлагбаум не открывается', 'Перезапустить контроллер');
    const { answer } = await act({ action: 'kb-decide', decision: 'updated', link });

    expect(card.scene.record()).toMatchObject({ kbDecision: 'updated', resources: [link] });
    expect(answer.state.history[0]?.text).toBe('Статья базы знаний обновлена');
  });

  it.each([
    ["in the agent's own name where the portal lets the agent in", null, 'Статья в базе знаний'],
    [
      "in the app's name where it does not, and says so",
      { kind: 'unavailable', why: 'rights', detail: 'ACCESS_DENIED' },
      'Статья в базе знаний (от имени приложения)',
    ],
  ] as const)('writes an article %s', async (_where, missing, told) => {
    card.scene.edit({ kbDecision: null, problem: 'Не открывается шлагбаум' });
    card.ownBase.missing = missing;
    const { status, answer } = await act({ action: 'kb-create', conditions: '' });

    expect(status).toBe(200);
    expect([card.ownBase.created.length, card.base.created.length]).toEqual(
      missing === null ? [1, 0] : [0, 1],
    );
    expect(answer.state.history[0]?.text).toBe(told);
  });

  it('touches nothing in observe mode', async () => {
    card.scene.policies.saved = card.scene.policies.saved.map((one) => ({
      ...one,
      mode: 'observe' as const,
    }));
    const { answer } = await act({ action: 'close', outcome: null });

    expect(answer.error?.code).toBe('observe');
    expect(card.scene.stageId()).toBe('C5:EXECUTING');
  });

  it.each([
    {},
    { action: 'drop' },
    { action: 'close', outcome: 'x' },
    { action: 'undo', ref: '2:760' },
  ])('is refused when it is none: %j', async (body) => {
    const { status, answer } = await act(body);

    expect([status, answer.error?.code]).toEqual([422, 'bad-request']);
  });
});
