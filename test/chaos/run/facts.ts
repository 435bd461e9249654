/** What is, at one moment: read from the portal, the queues and the journal. */
import type { JournalLine } from '../../../src/app/ports/journal.ts';
import { refKey } from '../../../src/core/ticket.ts';

import type { Played } from './people.ts';
import type { Stage } from './plan.ts';
import type { TicketFacts, WorldFacts } from './verdict.ts';
import type { World } from './world.ts';

const STAGES: Readonly<Record<string, Stage>> = {
  PREPARATION: 'work',
  UC_WAIT: 'waiting',
  WON: 'closed',
};
/** First words of the comments that explain a return. */
const EXPLAINS = /^Обращение возвращено|^Для закрытия не хватает только подтверждения/;
/** Names of JavaScript's own errors: no trouble of the outside has them. */
const BUG = /"code":"(TypeError|RangeError|ReferenceError|SyntaxError|AssertionError|ZodError)"/;

export interface Look {
  readonly played: readonly Played[];
  readonly busy: readonly string[];
  readonly final: boolean;
}

export async function readFacts(world: World, look: Look): Promise<WorldFacts> {
  const { queues, tools, portalId } = world;
  const timers = await queues.timers(portalId);
  const lines = await linesByTicket(world, new Set(look.played.map(({ ref }) => refKey(ref))));
  return {
    tickets: look.played.map((one): TicketFacts => {
      const key = refKey(one.ref);
      return {
        ...ticketFacts(world, one),
        final: look.final,
        timers: timers.filter(({ ref }) => refKey(ref) === key),
        lines: (lines.get(key) ?? []).map(lineName),
      };
    }),
    busy: look.busy,
    failedJobs: await queues.failed(),
    chain: await tools.archive.verify(portalId),
    bugs: bugsOf(world),
  };
}

function ticketFacts({ scene }: World, { ref, story, acts, done, waitsFor }: Played) {
  return {
    ref,
    name: story.name,
    story,
    acts,
    stuckAt: done ? null : (waitsFor ?? 'its turn'),
    stage: STAGES[scene.stage(ref)] ?? null,
    outcome: scene.outcome(ref),
    messages: scene.messages(ref),
    askedAt: instant(scene.field(ref, 'askedAt')),
    remindedAt: instant(scene.field(ref, 'remindedAt')),
    explanations: scene.comments(ref).filter((text) => EXPLAINS.test(text)).length,
    now: scene.now(),
  };
}

type Value = ReturnType<World['scene']['field']>;

function instant(value: Value): number | null {
  if (typeof value === 'number') return value;
  const at = Date.parse(String(value));
  return Number.isNaN(at) ? null : at;
}

async function linesByTicket(
  { tools, portalId }: World,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly JournalLine[]>> {
  const found = new Map<string, JournalLine[]>();
  for await (const line of tools.archive.lines(portalId)) {
    const key = line.entry.ref === null ? '' : refKey(line.entry.ref);
    if (wanted.has(key)) found.set(key, [...(found.get(key) ?? []), line]);
  }
  return found;
}

function lineName({ entry: { kind, detail } }: JournalLine): string {
  return kind === 'client-message' ? `${kind}:${detail['kind']}` : kind;
}

function bugsOf({ web, workers }: World): readonly string[] {
  return [web, ...workers].flatMap(({ name, log }) =>
    log.filter((line) => BUG.test(line)).map((line) => `${name}: ${line.slice(0, 400)}`),
  );
}
