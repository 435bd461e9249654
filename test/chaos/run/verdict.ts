/** Compares what is with what has to be, ticket by ticket and for the world as a whole. Pure: facts in, differences out. */
import type { MessageKind, Ref } from '../scene.ts';
import type { Leniency } from './fault.ts';
import { expect } from './ideal.ts';
import type { Course, Expected, Times } from './ideal.ts';
import type { Stage } from './plan.ts';

export interface TicketFacts extends Course {
  readonly ref: Ref;
  readonly name: string;
  /** What somebody still waits for; null when the story came to its end. */
  readonly stuckAt: string | null;
  readonly stage: Stage | null;
  readonly outcome: string | null;
  /** Comments that explain a return. */
  readonly explanations: number;
  readonly timers: readonly { readonly kind: string; readonly dueAt: number }[];
  /** Kinds of the journal's lines about it; of client messages also which, `client-message:request`. */
  readonly lines: readonly string[];
}

export interface WorldFacts {
  readonly tickets: readonly TicketFacts[];
  /** Jobs that did not come to rest. */
  readonly busy: readonly string[];
  readonly failedJobs: readonly string[];
  readonly chain: { readonly intact: boolean; readonly problemCount: number };
  /** Faults in the logs that are bugs and not troubles of the outside. */
  readonly bugs: readonly string[];
}

/** Looked after by timers of their own that outlive a story. */
const OTHER_TIMERS: ReadonlySet<string> = new Set(['mistake-review', 'hold-end']);
const KINDS: readonly MessageKind[] = ['request', 'reminder', 'notice', 'goes-on', 'other'];

/** @returns nothing when all is as it has to be */
export function differences(facts: WorldFacts, allows: ReadonlySet<Leniency>): readonly string[] {
  const { tickets, busy, failedJobs, chain, bugs } = facts;
  return [
    ...tickets.flatMap((ticket) => ofTicket(ticket, allows)),
    ...busy.map((job) => `job never came to rest: ${job}`),
    ...failedJobs.map((job) => `job given up: ${job}`),
    ...(chain.intact ? [] : [`journal broken in ${chain.problemCount} places`]),
    ...bugs.map((bug) => `fault of our own: ${bug}`),
  ];
}

function ofTicket(facts: TicketFacts, allows: ReadonlySet<Leniency>): readonly string[] {
  const wanted = expect(facts);
  const found = [
    ...(facts.stuckAt === null ? [] : [`somebody waits in vain: ${facts.stuckAt}`]),
    ...ofStage(facts, wanted),
    ...KINDS.flatMap((kind) => {
      const count = facts.messages.filter((message) => message.kind === kind).length;
      return within(`message "${kind}"`, count, wanted.messages[kind]);
    }),
    ...within('explained return', facts.explanations, [wanted.returns, wanted.returns]),
    ...ofTimers(facts, wanted),
    // An emptied store has no journal of what was before.
    ...(allows.has('state-lost') ? [] : ofJournal(facts, wanted)),
  ];
  return found.map((what) => `ticket ${facts.ref.id} (${facts.name}): ${what}`);
}

function ofStage({ stage, outcome }: TicketFacts, wanted: Expected): readonly string[] {
  const stands = stage !== null && wanted.stages.includes(stage);
  return [
    ...(stands ? [] : [`stands at ${stage ?? 'another stage'}, not at ${wanted.stages.join('/')}`]),
    ...(outcome === wanted.outcome
      ? []
      : [`outcome ${outcome ?? 'none'}, not ${wanted.outcome ?? 'none'}`]),
  ];
}

function ofTimers({ timers }: TicketFacts, { timer, due }: Expected): readonly string[] {
  const own = timers.filter(({ kind }) => !OTHER_TIMERS.has(kind));
  const standing = own.filter(({ kind }) => kind === timer);
  const extra = own
    .filter(({ kind }) => kind !== timer)
    .map(({ kind }) => `timer too many: ${kind}`);
  if (timer === null) return extra;
  const [first, second] = standing;
  if (!first) return [...extra, `timer missing: ${timer}`];
  if (second) return [...extra, `timer twice: ${timer}`];
  if (due === null || (first.dueAt >= due[0] && first.dueAt <= due[1])) return extra;
  const off = Math.round((first.dueAt - due[0]) / 60_000);
  return [...extra, `timer ${timer} is due ${off} minutes from when it has to be`];
}

function ofJournal({ lines }: TicketFacts, wanted: Expected): readonly string[] {
  const count = (kind: string): number => lines.filter((line) => line === kind).length;
  const held = count('held-back') > 0;
  return [
    ...within('line "returned"', count('returned'), [wanted.returns, wanted.returns]),
    ...within('line "closed"', count('closed'), wanted.closings),
    ...(held === wanted.heldBack ? [] : [held ? 'held back for nothing' : 'not held back']),
    ...(['request', 'reminder', 'notice'] as const).flatMap((kind) => {
      return within(`line of "${kind}"`, count(`client-message:${kind}`), wanted.messages[kind]);
    }),
  ];
}

function within(what: string, count: number, [least, most]: Times): readonly string[] {
  if (count >= least && count <= most) return [];
  const wanted = least === most ? `${least}` : `${least} to ${most}`;
  return [`${what}: ${count} times, not ${wanted}`];
}
