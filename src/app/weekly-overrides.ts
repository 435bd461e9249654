/**
 * Last week's overrides, told to each lead once in the first working hours of the week: who, which ticket, which criteria,
 * why. Made of journal lines alone; a week without one is told to nobody.
 */
import type { JournalEntry } from '../core/journal-entry.ts';
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { pastWeek } from '../core/week.ts';
import type { PastWeek } from '../core/week.ts';
import { isWorkingMoment } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import { once } from './once.ts';
import type { Language } from './ports/texts.ts';

/** More are counted, not listed: the journal has them all. */
const LISTED = 20;
const MAX_REASON = 300;

interface Monday {
  readonly lead: number;
  readonly language: Language;
  readonly week: PastWeek;
}

/** Looked at every few minutes; a lead of several pipelines gets one message, when the first of them begins its week. */
export async function weeklyOverrides(portalId: string, deps: ClientDeps): Promise<void> {
  const policies = (await deps.policies.list(portalId)).filter(({ leads }) => leads.length > 0);
  const due = await unsent(portalId, await mondays(policies, deps), deps);
  if (due.length === 0) return;
  // Another process is at it: it tells the others of its own.
  await deps.lock.exclusively(`overrides:${portalId}`, async () => {
    const still = await unsent(portalId, due, deps);
    if (still.length === 0) return;
    const from = Math.min(...still.map(({ week }) => week.from));
    const lines = await deps.journal.since(portalId, 'overridden', from);
    for (const monday of still) {
      await once(portalId, markOf(monday), deps, () => send(monday, lines, policies, deps));
    }
  });
}

const markOf = ({ lead, week }: Monday): string => `overrides@${lead}@${week.monday}`;

async function mondays(
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<readonly Monday[]> {
  const now = deps.clock.now();
  const found = new Map<number, Monday>();
  for (const policy of policies) {
    const time = await deps.workingTime(policy);
    if (!isWorkingMoment(now, time)) continue;
    const week = pastWeek(now, time);
    for (const lead of policy.leads) {
      if (!found.has(lead)) found.set(lead, { lead, language: policy.language, week });
    }
  }
  return [...found.values()];
}

async function unsent(
  portalId: string,
  due: readonly Monday[],
  deps: ClientDeps,
): Promise<readonly Monday[]> {
  if (due.length === 0) return [];
  const unseen = await deps.state.unseen(portalId, due.map(markOf));
  return due.filter((monday) => unseen.has(markOf(monday)));
}

async function send(
  { lead, language, week }: Monday,
  lines: readonly JournalEntry[],
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<void> {
  const own = policies
    .filter(({ leads }) => leads.includes(lead))
    .map(({ pipeline }) => pipelineKey(pipeline));
  const mine = lines.filter(
    ({ at, pipeline }) =>
      at >= week.from && at < week.to && pipeline && own.includes(pipelineKey(pipeline)),
  );
  if (mine.length === 0) return;
  const listed = await Promise.all(
    mine.slice(0, LISTED).map((line) => sentenceOf(line, language, deps)),
  );
  const more = mine.length - listed.length;
  const text = [
    deps.say(language, 'overrides.title', { count: mine.length }),
    ...listed,
    ...(more > 0 ? [deps.say(language, 'overrides.more', { count: more })] : []),
  ].join('\n');
  // A repeat after a crash takes the place of the first.
  const tag = `closegate|overrides|${week.monday}|${lead}`;
  await deps.tickets.notify([{ userId: lead, text, tag }], 'bulk');
}

async function sentenceOf(
  { ref, movedBy, detail }: JournalEntry,
  language: Language,
  deps: ClientDeps,
): Promise<string> {
  const criteria = String(detail['criteria'] ?? '')
    .split(',')
    .filter(Boolean);
  const params = {
    who: (await deps.channels.staffName(movedBy)) || String(movedBy),
    gaps: criteria.map((id) => deps.say(language, `criterion.${id}`)).join('; '),
    text: String(detail['reason'] ?? '').slice(0, MAX_REASON),
  };
  // Erased with its client.
  if (ref === null) return deps.say(language, 'overrides.line-erased', params);
  const link = deps.tickets.ticketLink(ref);
  return deps.say(language, 'overrides.line', { ...params, id: ref.id, link });
}
