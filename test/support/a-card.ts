/** The ticket panel on fakes: a real HTTP server, one portal in memory, users known by their AUTH_ID. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { bundlePage } from '../../src/bundle-web.ts';
import { createCardDesk } from '../../src/app/card-actions.ts';
import type { CardDeps } from '../../src/app/card/card-deps.ts';
import type { FrameDoor, FramePortal, Hand } from '../../src/app/ports/frame.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { firstCardState } from '../../src/http/card-api.ts';
import type { FrameAssets } from '../../src/http/frame-assets.ts';
import { createSessionTokens } from '../../src/http/session-token.ts';
import type { SessionTokens } from '../../src/http/session-token.ts';
import { createArticleTexts } from '../../src/text/article-texts.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { bundledSearchRules } from '../../src/text/search-words.ts';
import { PORTAL } from './a-gate.ts';
import type { ClientScene } from './a-client-side.ts';
import { aClientScene } from './a-client-side.ts';
import { FakeWriter } from './fake-client-portal.ts';
import { FakeKnowledgeBase, FakeSolved } from './fake-knowledge.ts';
import { FakeTickets } from './fake-tickets.ts';
import { recordingLog } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';

export const AGENT = 11;
export const SECRET = 'a-secret-of-the-panel-suite-0123456789';
export const APPLICATION_TOKEN = 'application-token-of-the-portal';

export interface CardUser {
  readonly id: number;
  readonly isAdmin: boolean;
  readonly sees: boolean;
  /** The token belongs to another application. */
  readonly foreign: boolean;
}

export class FakeDoor implements FrameDoor {
  portals = new Map<string, FramePortal>();
  users = new Map<string, CardUser>();
  asked: { readonly portalId: string; readonly authId: string }[] = [];
  /** Users whose token is kept. */
  kept = new Set<number>();
  readonly makeHand: (userId: number) => Hand;

  constructor(makeHand: (userId: number) => Hand) {
    this.makeHand = makeHand;
  }

  async portal(portalId: string): Promise<FramePortal | null> {
    return this.portals.get(portalId) ?? null;
  }

  async introduce(
    portalId: string,
    authId: string,
    { ref }: { readonly ref: { readonly id: number } | null },
  ) {
    this.asked.push({ portalId, authId });
    const user = this.users.get(authId);
    if (!user) return { kind: 'refused', why: 'token' } as const;
    if (user.foreign) return { kind: 'refused', why: 'foreign-app' } as const;
    if (ref !== null && (!user.sees || ref.id === 404)) {
      return { kind: 'refused', why: 'ticket' } as const;
    }
    this.kept.add(user.id);
    const { id, isAdmin } = user;
    return {
      kind: 'known',
      user: { id, name: 'Анна Орлова', isAdmin, timeZone: 'Europe/Moscow' },
    } as const;
  }

  async standing(_portalId: string, userId: number) {
    const user = [...this.users.values()].find(({ id }) => id === userId);
    if (!user || !this.kept.has(userId)) return null;
    const { id, isAdmin } = user;
    return { id, name: 'Анна Орлова', isAdmin, timeZone: 'Europe/Moscow' };
  }

  async hand(portalId: string, userId: number): Promise<Hand | null> {
    if (this.portals.get(portalId)?.active === false) return null;
    return this.kept.has(userId) ? this.makeHand(userId) : null;
  }
}

export interface CardScene {
  readonly scene: ClientScene;
  readonly deps: CardDeps;
  readonly door: FakeDoor;
  readonly desk: ReturnType<typeof createCardDesk>;
  readonly tokens: SessionTokens;
  readonly base: FakeKnowledgeBase;
  /** The knowledge base as the agent's own rights show it. */
  readonly ownBase: FakeKnowledgeBase;
  /** The person's own writes. */
  readonly hand: FakeWriter;
  readonly log: RecordingLog;
  /** Nobody may see the ticket any more. */
  hide(): void;
}

export function aCardScene(policy: Partial<ClosingPolicy> = {}): CardScene {
  const scene = aClientScene({ timeZone: 'Europe/Moscow', ...policy });
  const base = new FakeKnowledgeBase();
  const ownBase = new FakeKnowledgeBase();
  ownBase.articles = base.articles;
  const hand = new FakeWriter(scene.tickets, () => scene.now);
  let hidden = false;
  const tickets: Hand['tickets'] = {
    listMoved: (queries) =>
      hidden ? Promise.resolve([]) : FakeTickets.prototype.listMoved.call(scene.tickets, queries),
    stampTickets: (commands) => scene.tickets.stampTickets(commands),
  };
  const door = new FakeDoor(() => ({ tickets, writer: hand, knowledge: ownBase }));
  door.portals.set(PORTAL, {
    portalId: PORTAL,
    origin: 'https://portal.example',
    applicationToken: APPLICATION_TOKEN,
    language: 'ru',
    active: true,
  });
  const user = { id: AGENT, isAdmin: false, sees: true, foreign: false };
  door.users.set('auth-of-the-agent', user);
  const deps: CardDeps = {
    client: scene.deps,
    plain: sayByName,
    knowledge: {
      ...scene.deps,
      knowledge: base,
      solved: new FakeSolved(),
      articleTexts: createArticleTexts(),
      searchRules: bundledSearchRules(),
    },
  };
  return {
    scene,
    deps,
    door,
    base,
    ownBase,
    hand,
    desk: createCardDesk(),
    tokens: createSessionTokens([SECRET], () => scene.now),
    log: recordingLog(),
    hide: () => {
      hidden = true;
    },
  };
}

const NO_ASSETS: FrameAssets = {
  assets: new Map([
    [
      'card-0.js',
      { type: 'text/javascript; charset=utf-8', body: Buffer.from('let a = 1;'.repeat(99)) },
    ],
  ]),
  pages: {
    card: { script: 'card-0.js', style: 'card-0.css' },
    admin: { script: 'admin-0.js', style: 'admin-0.css' },
  },
};

/** The panel's real script and style. */
export async function cardAssets(): Promise<FrameAssets> {
  const files = await bundlePage('card');
  const named = (end: string): string => files.find(({ name }) => name.endsWith(end))?.name ?? '';
  const card = { script: named('.js'), style: named('.css') };
  return { assets: new Map(files.map((file) => [file.name, file])), pages: { card, admin: card } };
}

export interface CardServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveCard(
  { scene, deps, door, desk, tokens, log }: CardScene,
  { assets = NO_ASSETS, first = true }: { assets?: FrameAssets; first?: boolean } = {},
): Promise<CardServer> {
  const clock = { now: () => scene.now };
  const depsFor = async (portalId: string) => (door.portals.has(portalId) ? deps : null);
  const cardApi = { door, tokens, desk, depsFor, say: sayByName, log };
  const ready = () => true;
  const server = createHttpServer({
    doorbell: { ring: () => Promise.resolve(), refused: () => Promise.resolve() },
    eventTokens: [],
    portalId: PORTAL,
    log,
    ready,
    cardApi,
    frame: {
      door,
      tokens,
      assets,
      clock,
      log,
      say: sayByName,
      ready,
      ...(first && { firstState: (session) => firstCardState(session, cardApi) }),
    },
  });
  return { url: await listening(server), close: () => closing(server) };
}

export async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

export async function closing(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
