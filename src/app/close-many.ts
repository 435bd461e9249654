/**
 * Mass closing: many tickets chosen by a person, each judged like one that an agent drags. The ready ones are closed by the
 * app, the others stay where they are with their reasons. Few requests: reads and writes travel in batches.
 */
import type { Gap } from '../core/decision.ts';
import type { ClosingPolicy, PipelineRef } from '../core/policy.ts';
import type { StagePlace, TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { ClientDeps } from './client-deps.ts';
import { journalLine, plainLine } from './journal-lines.ts';
import { judge, LIVE } from './judge.ts';
import type { Judged } from './judged.ts';
import type { Candidate } from './mass-candidates.ts';
import { asIfClosed, candidateOf } from './mass-candidates.ts';
import type { MassClosings } from './ports/mass-closings.ts';
import type { Priority } from './ports/runtime.ts';
import { queriesFor } from './queries-for.ts';
import type { StampItem } from './stamp-closings.ts';
import { stampClosings } from './stamp-closings.ts';
import { portions, underLocks } from './under-locks.ts';

const MINUTE_MS = 60_000;
/** Locked, judged and closed together; more than one portion leaves room for single moves in the portal's bucket. */
const PORTION = 50;

export interface MassDeps extends ClientDeps {
  readonly massClosings: MassClosings;
}

export type MassChoice =
  | { readonly kind: 'tickets'; readonly refs: readonly TicketRef[] }
  | { readonly kind: 'stage'; readonly pipeline: PipelineRef; readonly stageId: string };

export type MassFate =
  | { readonly kind: 'closed' }
  | { readonly kind: 'not-ready'; readonly gaps: readonly Gap[] }
  /** `unread`: a fact could not be read; `not-verified`: the portal did not take the closing, the leads know. */
  | {
      readonly kind:
        | 'unread'
        | 'not-verified'
        | 'busy'
        | 'not-found'
        | 'already-closed'
        | 'no-gate'
        | 'observed'
        | 'no-closed-stage';
    };

export interface MassResult {
  readonly ref: TicketRef;
  /** '' for a ticket that was not found. */
  readonly title: string;
  readonly link: string;
  readonly language: ClosingPolicy['language'] | null;
  readonly fate: MassFate;
}

export interface MassReport {
  /** Of `undoMany`. */
  readonly run: string;
  readonly results: readonly MassResult[];
}

type Progress = (done: number, total: number) => void;

/** @throws AppError portal-rate-limited while another mass closing runs; portal faults of the reading */
export async function closeMany(
  portalId: string,
  choice: MassChoice,
  deps: MassDeps,
  progress: Progress = () => undefined,
): Promise<MassReport> {
  const done = await deps.lock.exclusively(`mass-closing:${portalId}`, () =>
    run(portalId, choice, deps, progress),
  );
  if (done !== null) return done;
  throw new AppError('portal-rate-limited', 'Another mass closing runs: try again shortly.', {
    retry: 'after',
    retryAfterMs: 1000,
  });
}

async function run(
  portalId: string,
  choice: MassChoice,
  deps: MassDeps,
  progress: Progress,
): Promise<MassReport> {
  const policies = await deps.policies.list(portalId);
  const refs = await chosen(choice, policies, deps);
  const at = deps.clock.now();
  const id = at.toString(36);
  const priority = refs.length > PORTION ? 'bulk' : 'live';
  const scene: Scene = { portalId, policies, id, at, ready: [], priority, deps };
  const results: MassResult[] = [];
  for (const portion of portions(refs, PORTION)) {
    const found = await underLocks({ portalId, refs: portion }, deps.lock, (held) =>
      closePortion(held, scene),
    );
    results.push(...portion.map((ref) => found.get(refKey(ref)) ?? unseen(ref, 'busy', deps)));
    progress(results.length, refs.length);
  }
  return { run: id, results };
}

interface Scene {
  readonly portalId: string;
  readonly policies: readonly ClosingPolicy[];
  readonly id: string;
  readonly at: number;
  /** Grows with each portion. */
  readonly ready: { readonly ref: TicketRef; readonly from: StagePlace }[];
  readonly priority: Priority;
  readonly deps: MassDeps;
}

/** Each ticket once, in the order given; of a stage, all that stand there. */
async function chosen(
  choice: MassChoice,
  policies: readonly ClosingPolicy[],
  deps: MassDeps,
): Promise<readonly TicketRef[]> {
  if (choice.kind === 'tickets') {
    return [...new Map(choice.refs.map((ref) => [refKey(ref), ref])).values()];
  }
  const { entityTypeId, categoryId } = choice.pipeline;
  const own = policies.filter(({ pipeline }) => pipeline.entityTypeId === entityTypeId);
  const query = { entityTypeId, stageIds: [choice.stageId], since: 0, alsoIds: [], policies: own };
  const heads = await deps.tickets.listMoved([query], 'live');
  return heads.filter((head) => head.categoryId === categoryId).map(({ ref }) => ref);
}

function unseen(
  ref: TicketRef,
  kind: 'busy' | 'not-found',
  { tickets }: Pick<MassDeps, 'tickets'>,
): MassResult {
  return { ref, title: '', link: tickets.ticketLink(ref), language: null, fate: { kind } };
}

type Results = ReadonlyMap<string, MassResult>;

/** Read under the locks, so that no client's answer comes between the decision and the move. */
async function closePortion(refs: readonly TicketRef[], scene: Scene): Promise<Results> {
  const { deps, policies, priority } = scene;
  if (refs.length === 0) return new Map();
  const heads = await deps.tickets.listMoved(queriesFor(refs, policies), priority);
  const byKey = new Map(heads.map((head) => [refKey(head.ref), head]));
  const candidates = refs.map((ref) => candidateOf(ref, byKey.get(refKey(ref)), policies));
  const fates = await closeCandidates(
    candidates.flatMap((one) => (one.kind === 'candidate' ? [one] : [])),
    scene,
  );
  return new Map(
    candidates.map((one): readonly [string, MassResult] => {
      const key = refKey(one.ref);
      if (one.kind !== 'candidate' && !one.head) return [key, unseen(one.ref, 'not-found', deps)];
      const fate = one.kind === 'candidate' ? (fates.get(key) ?? UNREAD) : { kind: one.kind };
      const policy = one.kind === 'candidate' ? one.policy : null;
      return [
        key,
        {
          ref: one.ref,
          title: one.head?.title ?? '',
          link: deps.tickets.ticketLink(one.ref),
          language: policy?.language ?? null,
          fate,
        },
      ];
    }),
  );
}

const UNREAD: MassFate = { kind: 'unread' };

async function closeCandidates(
  candidates: readonly Candidate[],
  scene: Scene,
): Promise<ReadonlyMap<string, MassFate>> {
  const { portalId, deps } = scene;
  if (candidates.length === 0) return new Map();
  const now = deps.clock.now();
  // Left where they are, nobody is asked by this: what is missing is told as it is.
  const plain = scene.policies.map((policy) => ({ ...policy, autoAsk: false }));
  const heads = candidates.map((one) => asIfClosed(one, now));
  const { tickets, stages, state, clock, words } = deps;
  const reading = { ...LIVE, priority: scene.priority };
  const reader = { tickets, stages, state, clock, words, reading };
  const { all } = await judge(portalId, heads, plain, reader);
  const movedBy = await deps.tickets.appUserId();
  const judged = candidates.flatMap((candidate) => {
    const found = all.find(({ snapshot }) => refKey(snapshot.ref) === refKey(candidate.ref));
    if (!found) return [];
    const { stageId } = candidate.head;
    const snapshot = { ...found.snapshot, stageId, movedBy };
    return [{ candidate, item: { ...found, snapshot, policy: candidate.policy } }];
  });
  const verified = await close(judged, scene);
  await noteHeldBack(
    judged.map(({ item }) => item),
    scene,
  );
  return new Map(
    judged.map(({ item }) => [refKey(item.snapshot.ref), fateOf(item, verified)] as const),
  );
}

function fateOf({ snapshot, decision }: Judged, verified: ReadonlySet<string>): MassFate {
  switch (decision.kind) {
    case 'pass':
      return { kind: verified.has(refKey(snapshot.ref)) ? 'closed' : 'not-verified' };
    case 'return':
    case 'stop':
      return { kind: 'not-ready', gaps: decision.gaps };
    case 'undecided':
    case 'not-gated':
      return UNREAD;
  }
}

interface Ready {
  readonly candidate: Candidate;
  readonly item: Judged;
}

/** @returns refKeys of the tickets that verifiably stand closed */
async function close(judged: readonly Ready[], scene: Scene): Promise<ReadonlySet<string>> {
  const { portalId, deps, id, at } = scene;
  const items = judged.flatMap(({ candidate, item }): readonly StampItem[] =>
    item.decision.kind === 'pass'
      ? [{ judged: item, stamp: item.decision.stamp, moveTo: candidate.place, run: id }]
      : [],
  );
  if (items.length === 0) return new Set();
  scene.ready.push(
    ...items.map(({ judged: { snapshot } }) => ({
      ref: snapshot.ref,
      from: { categoryId: snapshot.categoryId, stageId: snapshot.stageId },
    })),
  );
  await deps.massClosings.save(portalId, { id, at, tickets: scene.ready });
  const detail = { run: id, chosen: judged.length, ready: items.length };
  await deps.journal.append(portalId, [plainLine(deps.clock.now(), 'mass-closing', detail)]);
  for (const item of items) await setTimers(portalId, item, deps);
  const { tickets } = deps;
  const { closed } = await stampClosings(portalId, items, deps, {
    stampTickets: (stamps) => tickets.stampTickets(stamps, scene.priority),
  });
  return closed;
}

/** Before the move: a process that dies right after it must not leave a closed ticket without its notice. */
async function setTimers(
  portalId: string,
  { judged: { snapshot, policy }, stamp: { cycle } }: StampItem,
  deps: MassDeps,
): Promise<void> {
  const { ref } = snapshot;
  const now = deps.clock.now();
  const dueAt = now + policy.undoMinutes * MINUTE_MS;
  await deps.timers.set(portalId, { ref, cycle, kind: 'final-notice', dueAt });
  await deps.timers.set(portalId, { ref, cycle, kind: 'document', dueAt: now + MINUTE_MS });
}

async function noteHeldBack(items: readonly Judged[], { portalId, deps }: Scene): Promise<void> {
  const held = items.filter(({ decision: { kind } }) => kind === 'return' || kind === 'stop');
  if (held.length === 0) return;
  const now = deps.clock.now();
  await deps.journal.append(
    portalId,
    held.map((item) => journalLine(item, 'held-back', now)),
  );
}
