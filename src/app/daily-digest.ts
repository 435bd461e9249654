/** The leads' morning: one message per lead, day and portal with what waits, what is blocked and what is overdue. */
import { LIST_NAMES } from '../core/ticket-lists.ts';
import type { ListName, TicketLists } from '../core/ticket-lists.ts';
import { dateKey } from '../core/local-date.ts';
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import { isWorkingMoment } from '../core/working-time.ts';
import type { ClientDeps } from './client-deps.ts';
import type { ListLine } from './list-lines.ts';
import { listLines } from './list-lines.ts';
import { once } from './once.ts';
import type { DigestList, Language } from './ports/texts.ts';
import { gatherLists } from './ticket-lists.ts';

/** Tickets named in each list; the rest are counted. */
const NAMED = 4;
/** Where a pause is what a lead may want at once. */
const PAUSABLE: readonly ListName[] = ['close-tomorrow', 'blocked'];

interface Morning {
  readonly lead: number;
  readonly language: Language;
  readonly date: string;
}

/**
 * Looked at every few minutes: sent in the first working hours of the day that find it unsent, so after an outage too, but
 * never a day late. A lead of several pipelines gets one message, when the first of them begins its day.
 */
export async function dailyDigest(portalId: string, deps: ClientDeps): Promise<void> {
  const policies = (await deps.policies.list(portalId)).filter(({ digest }) => digest);
  const due = await unsent(portalId, await mornings(policies, deps), deps);
  if (due.length === 0) return;
  // Another process is at it: it tells the others of its own.
  await deps.lock.exclusively(`digest:${portalId}`, async () => {
    const still = await unsent(portalId, due, deps);
    if (still.length === 0) return;
    const lists = await gatherLists(portalId, null, deps);
    for (const morning of still) {
      await once(portalId, markOf(morning), deps, () => send(morning, lists, policies, deps));
    }
  });
}

const markOf = ({ lead, date }: Morning): string => `digest@${lead}@${date}`;

async function mornings(
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<readonly Morning[]> {
  const now = deps.clock.now();
  const found = new Map<number, Morning>();
  for (const policy of policies) {
    if (policy.leads.length === 0) continue;
    const time = await deps.workingTime(policy);
    if (!isWorkingMoment(now, time)) continue;
    const date = dateKey(time.zone.localOf(now));
    for (const lead of policy.leads) {
      if (!found.has(lead)) found.set(lead, { lead, language: policy.language, date });
    }
  }
  return [...found.values()];
}

async function unsent(
  portalId: string,
  due: readonly Morning[],
  deps: ClientDeps,
): Promise<readonly Morning[]> {
  if (due.length === 0) return [];
  const unseen = await deps.state.unseen(portalId, due.map(markOf));
  return due.filter((morning) => unseen.has(markOf(morning)));
}

/** Nothing when every list is empty: that morning is done with all the same. */
async function send(
  { lead, language, date }: Morning,
  lists: TicketLists,
  policies: readonly ClosingPolicy[],
  deps: ClientDeps,
): Promise<void> {
  const own = new Set(
    policies
      .filter(({ leads }) => leads.includes(lead))
      .map(({ pipeline }) => pipelineKey(pipeline)),
  );
  const shown = LIST_NAMES.flatMap((name) => {
    const lines = listLines(lists, name, (key, params) => deps.say(language, key, params)).filter(
      ({ pipeline }) => own.has(pipelineKey(pipeline)),
    );
    return lines.length === 0 ? [] : [digestList(name, lines, language, deps)];
  });
  if (shown.length === 0) return;
  const [year, month, day] = date.split('-');
  const text = deps.texts.dailyDigest(language, { date: `${day}.${month}.${year}`, lists: shown });
  // A repeat after a crash takes the place of the first.
  await deps.tickets.notify(
    [{ userId: lead, text, tag: `closegate|digest|${date}|${lead}` }],
    'bulk',
  );
}

function digestList(
  name: ListName,
  lines: readonly ListLine[],
  language: Language,
  deps: ClientDeps,
): DigestList {
  return {
    title: deps.say(language, `lists.title.${name}`),
    count: lines.length,
    tickets: lines.slice(0, NAMED).map(({ ref, cycle, title, note }) => ({
      id: ref.id,
      title,
      link: deps.tickets.ticketLink(ref),
      note,
      holdLink: PAUSABLE.includes(name) ? deps.holdLink(ref, cycle) : '',
    })),
  };
}
