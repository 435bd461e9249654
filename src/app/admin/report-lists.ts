/** The lead's lists and the problems that want an article, as the page shows them. */
import type { LeadLists, ListRow, TypicalRow } from '../../core/admin/report-state.ts';
import type { PipelineRef } from '../../core/policy.ts';
import { pipelineKey } from '../../core/policy.ts';
import type { ListName, TicketLists } from '../../core/ticket-lists.ts';
import { LIST_NAMES } from '../../core/ticket-lists.ts';
import { refKey } from '../../core/ticket.ts';
import { typicalInPortal } from '../knowledge/find-similar.ts';
import { listLines } from '../list-lines.ts';
import type { Hand } from '../ports/frame.ts';
import { gatherLists } from '../ticket-lists.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { peopleNames, pipelineNames } from './report-names.ts';
import { placeOf, titlesFor } from './report-titles.ts';

/** Lists of tickets whose silence still counts. */
const TO_HOLD: ReadonlySet<ListName> = new Set(['waiting', 'blocked', 'close-tomorrow']);

/** @throws portal faults: a list is complete or not there */
export async function leadLists(
  pipeline: PipelineRef | null,
  user: Pick<AdminUser, 'language'>,
  { hand, deps }: { readonly hand: Hand; readonly deps: AdminDeps },
): Promise<LeadLists> {
  const { portalId, tools, say } = deps;
  const found = await gatherLists(portalId, pipeline, tools.lists());
  const read = LIST_NAMES.map((name) => ({
    name,
    lines: listLines(found, name, (key, params) => say(user.language, key, params)),
  }));
  const lines = read.flatMap((list) => list.lines);
  const [titles, people] = await Promise.all([
    titlesFor(
      lines.map(({ ref }) => ref),
      hand,
      deps,
    ),
    peopleNames([...new Set(lines.map(({ assigneeId }) => assigneeId))], deps),
  ]);
  const held = heldKeys(found);
  const lists = read.map(({ name, lines: own }) => ({
    name,
    title: say(user.language, `lists.title.${name}`),
    rows: own.map(({ ref, assigneeId, note }): ListRow => {
      const ticket = placeOf(ref, deps);
      const title = titles.get(ticket.key) ?? '';
      const assignee = people.get(assigneeId) ?? '';
      const mayHold = TO_HOLD.has(name);
      return { ticket, title, assignee, note, mayHold, held: mayHold && held.has(ticket.key) };
    }),
  }));
  return { lists, observed: await observedPipelines(pipeline, deps) };
}

/** A pause holds a closing back, so every ticket on hold stands in that list. */
function heldKeys({ blocked }: TicketLists): ReadonlySet<string> {
  const paused = blocked.filter(({ blockers }) =>
    blockers.some(({ kind }) => kind === 'held' || kind === 'hold-without-end'),
  );
  return new Set(paused.map(({ ticket }) => refKey(ticket.snapshot.ref)));
}

async function observedPipelines(
  wanted: PipelineRef | null,
  deps: AdminDeps,
): Promise<readonly string[]> {
  const keys = (await deps.tools.policies.list(deps.portalId)).flatMap(({ mode, pipeline }) =>
    mode === 'observe' && (wanted === null || pipelineKey(wanted) === pipelineKey(pipeline))
      ? [pipelineKey(pipeline)]
      : [],
  );
  if (keys.length === 0) return [];
  const names = await pipelineNames(keys, deps);
  return keys.map((key) => names.get(key) ?? key);
}

/** Alike solutions of the last thirty days without an article. @throws portal faults */
export async function typicalProblemsOf(
  pipeline: PipelineRef | null,
  hand: Hand,
  deps: AdminDeps,
): Promise<readonly TypicalRow[]> {
  const { portalId, tools } = deps;
  const found = (await typicalInPortal(portalId, tools.knowledge)).filter(
    ({ policy }) => pipeline === null || pipelineKey(policy.pipeline) === pipelineKey(pipeline),
  );
  const problems = found.flatMap(({ policy, problems: own }) =>
    own.map((problem) => ({ policy, problem })),
  );
  const names = await pipelineNames([...new Set(found.map(keyOf))], deps);
  const refs = problems.flatMap(({ problem }) => problem.ids);
  const titles = await titlesFor(refs, hand, deps);
  return problems.map(({ policy, problem }) => {
    // The title is one of its tickets': shown only to who may see that ticket.
    const seen = problem.ids.find((ref) => titles.get(refKey(ref)) === problem.title);
    const shown = seen ?? problem.ids.find((ref) => titles.has(refKey(ref)));
    return {
      pipeline: names.get(pipelineKey(policy.pipeline)) ?? pipelineKey(policy.pipeline),
      title: shown === undefined ? '' : (titles.get(refKey(shown)) ?? ''),
      count: problem.ids.length,
      tickets: problem.ids.map((ref) => placeOf(ref, deps)),
    };
  });
}

const keyOf = ({ policy }: { readonly policy: { readonly pipeline: PipelineRef } }): string =>
  pipelineKey(policy.pipeline);
