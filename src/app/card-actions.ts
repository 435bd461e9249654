/**
 * The panel of a ticket as its routes use it: show, save what is typed, do. Each call reads the ticket with the person's
 * own eyes first, so that rights are checked again every time; a poll may be answered from what was read within a minute.
 */
import type { CardAway, CardState, FieldValue } from '../core/card-state.ts';
import type { Outcome, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { underLock } from './client-side.ts';
import { closeNow, closeWithReason, returnToWork, undoNow } from './card/card-closing.ts';
import type { CloseWish, ReturnWish } from './card/card-closing.ts';
import type { CardDeps, CardViewer } from './card/card-deps.ts';
import { saveDraft } from './card/card-draft.ts';
import type { DraftWish } from './card/card-draft.ts';
import { decideAboutArticle, findSimilar, writeArticle } from './card/card-knowledge.ts';
import type { SimilarFound } from './card/card-knowledge.ts';
import {
  cancelRequest,
  confirmByAgent,
  hold,
  remindNow,
  requestConfirmation,
  unhold,
} from './card/card-request.ts';
import type { ByAgentWish, HoldWish } from './card/card-request.ts';
import type { CardOutcome, CardScene, Refusal } from './card/card-scene.ts';
import { refused } from './card/card-scene.ts';
import type { DecideWish } from './knowledge/decide-knowledge.ts';
import type { OneTicket } from './one-ticket.ts';
import { findTicket } from './one-ticket.ts';
import { cardKey, previewClosing } from './preview-closing.ts';

export type ActionWish =
  | { readonly action: 'request' | 'remind' | 'cancel-request' | 'unhold' }
  | ({ readonly action: 'hold' } & HoldWish)
  | ({ readonly action: 'by-agent' } & ByAgentWish)
  | ({ readonly action: 'kb-decide' } & DecideWish)
  | { readonly action: 'kb-create'; readonly conditions: string }
  | ClosingWish;

type ClosingWish =
  | ({ readonly action: 'close' } & Pick<CloseWish, 'outcome'>)
  | { readonly action: 'override'; readonly outcome: Outcome | null; readonly reason: string }
  | { readonly action: 'undo' }
  | ({ readonly action: 'return-to-work' } & ReturnWish);

export type Shown =
  | { readonly kind: 'state'; readonly state: CardState }
  | { readonly kind: 'away'; readonly why: CardAway };

export interface CardDesk {
  /** @param look the outcome to judge for; `mayBeOld`: up to a minute, unless something rang meanwhile */
  show(
    viewer: CardViewer,
    look: { readonly outcome: Outcome | null; readonly mayBeOld: boolean },
    deps: CardDeps,
  ): Promise<Shown>;
  draft(
    viewer: CardViewer,
    wish: DraftWish & { readonly outcome: Outcome | null },
    deps: CardDeps,
  ): Promise<
    | {
        readonly kind: 'saved';
        readonly conflicts: Readonly<Record<string, FieldValue>>;
        readonly state: CardState;
      }
    | Refusal
    | Extract<Shown, { kind: 'away' }>
  >;
  act(
    viewer: CardViewer,
    wish: ActionWish,
    deps: CardDeps,
  ): Promise<{ readonly outcome: CardOutcome; readonly shown: Shown }>;
  similar(viewer: CardViewer, words: string, deps: CardDeps): Promise<SimilarFound>;
  /** Something rang about this ticket (`2:759`): what was read of it is old. */
  rang(portalId: string, key: string): void;
}

const FRESH_MS = 60_000;
const MOST_CARDS = 500;

interface Read {
  readonly at: number;
  readonly ticket: OneTicket;
}

/** One per process: remembers what was read last, so that open panels cost the portal next to nothing. */
export function createCardDesk(): CardDesk {
  const reads = new Map<string, Read>();
  const keep = (viewer: CardViewer, ticket: OneTicket, deps: CardDeps): OneTicket => {
    const key = readKey(viewer);
    reads.delete(key);
    reads.set(key, { at: deps.client.clock.now(), ticket });
    if (reads.size > MOST_CARDS) reads.delete(reads.keys().next().value ?? '');
    return ticket;
  };
  const known = (viewer: CardViewer, deps: CardDeps): OneTicket | null => {
    const read = reads.get(readKey(viewer));
    return read && deps.client.clock.now() - read.at < FRESH_MS ? read.ticket : null;
  };
  const read = async (viewer: CardViewer, deps: CardDeps): Promise<OneTicket | CardAway> => {
    const { portalId, ref, hand } = viewer;
    const found = await findTicket(portalId, ref, deps.client, hand.tickets);
    if (typeof found === 'string') {
      reads.delete(readKey(viewer));
      return found === 'unseen' ? 'no-rights' : 'not-configured';
    }
    return keep(viewer, found, deps);
  };
  const show: CardDesk['show'] = async (viewer, { outcome, mayBeOld }, deps) => {
    const found = (mayBeOld ? known(viewer, deps) : null) ?? (await read(viewer, deps));
    if (typeof found === 'string') return { kind: 'away', why: found };
    return { kind: 'state', state: await previewClosing(viewer, found, outcome, deps) };
  };
  return {
    show,
    async draft(viewer, wish, deps) {
      const found = await read(viewer, deps);
      if (typeof found === 'string') return { kind: 'away', why: found };
      const result = await saveDraft(viewer, found, wish);
      if (result.kind === 'refused') return result;
      const ticket = keep(viewer, result.ticket, deps);
      const state = await previewClosing(viewer, ticket, wish.outcome, deps);
      return { kind: 'saved', conflicts: result.conflicts, state };
    },
    async act(viewer, wish, deps) {
      const outcome = await actLocked(viewer, wish, deps);
      const chosen = outcome.kind === 'refused' && 'outcome' in wish ? wish.outcome : null;
      return { outcome, shown: await show(viewer, { outcome: chosen, mayBeOld: false }, deps) };
    },
    similar: findSimilar,
    rang(portalId, key) {
      const prefix = `${portalId} ${key} `;
      for (const one of reads.keys()) if (one.startsWith(prefix)) reads.delete(one);
    },
  };
}

/** Rights are a person's own: what one has read is not shown to another. */
function readKey({ portalId, ref, userId }: CardViewer): string {
  return `${cardKey(portalId, ref)} ${userId}`;
}

async function actLocked(
  viewer: CardViewer,
  wish: ActionWish,
  deps: CardDeps,
): Promise<CardOutcome> {
  return underLock({ portalId: viewer.portalId, ref: viewer.ref }, deps.client, async () => {
    const { portalId, ref, hand } = viewer;
    const ticket = await findTicket(portalId, ref, deps.client, hand.tickets);
    if (typeof ticket === 'string') return refused(ticket === 'unseen' ? 'no-rights' : 'no-ticket');
    const observed = ticket.policy.mode !== 'enforce' && !ALWAYS.has(wish.action);
    if (observed) return refused('observe');
    return perform({ viewer, ticket, deps }, wish);
  });
}

/** In observe mode the app touches nothing by itself, but people may use what only writes fields. */
const ALWAYS: ReadonlySet<ActionWish['action']> = new Set(['kb-decide', 'kb-create', 'by-agent']);

function perform(scene: CardScene, wish: ActionWish): Promise<CardOutcome> {
  if (isClosing(wish)) return performClosing(scene, wish);
  switch (wish.action) {
    case 'request':
      return requestConfirmation(scene);
    case 'remind':
      return remindNow(scene);
    case 'cancel-request':
      return cancelRequest(scene);
    case 'hold':
      return hold(scene, wish);
    case 'unhold':
      return unhold(scene);
    case 'by-agent':
      return confirmByAgent(scene, wish);
    case 'kb-decide':
      return decideAboutArticle(scene, wish);
    case 'kb-create':
      return writeArticle(scene, wish);
  }
}

const CLOSING: ReadonlySet<string> = new Set<ClosingWish['action']>([
  'close',
  'override',
  'undo',
  'return-to-work',
]);

function isClosing(wish: ActionWish): wish is ClosingWish {
  return CLOSING.has(wish.action);
}

function performClosing(scene: CardScene, wish: ClosingWish): Promise<CardOutcome> {
  switch (wish.action) {
    case 'close':
      return closeNow(scene, { outcome: wish.outcome });
    case 'override':
      return closeWithReason(scene, wish);
    case 'undo':
      return undoNow(scene);
    case 'return-to-work':
      return returnToWork(scene, wish);
  }
}

/** The key of a ticket as a session names it; null for anything else. */
export function ticketOfKey(key: string | null): TicketRef | null {
  const [, type = '', id = ''] = /^(\d{1,10}):(\d{1,16})$/.exec(key ?? '') ?? [];
  const ref = { entityTypeId: Number(type), id: Number(id) };
  return key !== null && refKey(ref) === key ? ref : null;
}
