/** Where tickets stood before their last move, from crm.stagehistory.list (PORTAL 3.9); no author is told there. */
import type { TicketHead } from '../app/ports/tickets.ts';
import type { StagePlace } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import { groupBy } from './group-by.ts';
import type { BatchCommand } from './batch-command.ts';
import { alone, isCut } from './owner-groups.ts';
import type { OwnerGroup } from './owner-groups.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { categoryOfStage } from './stage-places.ts';
import type { CommandResult } from './unwrap.ts';

const PAGE = 50;

/** The previous place where the list itself told it; such tickets need no history. */
export function listedPlace(head: TicketHead): StagePlace | null {
  const stageId = head.previousStageId;
  if (stageId === null || stageId === head.stageId) return null;
  return { categoryId: categoryOfStage(stageId, head.categoryId), stageId };
}

export function historyCommand(group: OwnerGroup): BatchCommand {
  return {
    key: group.key,
    method: 'crm.stagehistory.list',
    params: {
      entityTypeId: group.entityTypeId,
      filter: { '@OWNER_ID': group.heads.map((head) => head.ref.id) },
      order: { ID: 'DESC' },
      select: ['ID', 'OWNER_ID', 'TYPE_ID', 'CATEGORY_ID', 'STAGE_ID'],
      start: 0,
    },
  };
}

export interface HistoryAnswer {
  readonly places: ReadonlyMap<string, StagePlace>;
  /** Tickets whose rows may stand on a further page. */
  readonly doubtful: readonly TicketHead[];
}

/** A refused history leaves the previous stage unknown: the mapped work stage serves then. */
export function readHistory(group: OwnerGroup, answer: CommandResult | undefined): HistoryAnswer {
  const rows = historyRows(answer);
  const places = placesIn(group, rows);
  const open = group.heads.filter((head) => !places.has(refKey(head.ref)));
  const cut = answer?.ok === true && group.heads.length > 1 && isCut(answer, rows.length);
  return { places, doubtful: cut ? open : [] };
}

function historyRows(answer: CommandResult | undefined): readonly Json[] {
  return answer?.ok ? rowsOf(recordOf(answer.value)['items']) : [];
}

function placesIn(group: OwnerGroup, rows: readonly Json[]): ReadonlyMap<string, StagePlace> {
  const places = new Map<string, StagePlace>();
  const byOwner = groupBy(rows, (row) => integerOf(row['OWNER_ID']) ?? 0);
  for (const head of group.heads) {
    const place = placeBefore(head, byOwner.get(head.ref.id) ?? []);
    if (place) places.set(refKey(head.ref), place);
  }
  return places;
}

/** The second asking about a group whose first page left tickets in doubt. */
export interface HistoryFollowUp {
  readonly commands: readonly BatchCommand[];
  places(more: ReadonlyMap<string, CommandResult>): ReadonlyMap<string, StagePlace>;
}

/** The group's further pages, or each doubtful ticket alone where that takes fewer commands. */
export function followUpHistory(
  group: OwnerGroup,
  first: CommandResult | undefined,
): HistoryFollowUp {
  const { doubtful } = readHistory(group, first);
  const total = first?.ok ? (first.total ?? 0) : 0;
  const further = Math.ceil(total / PAGE) - 1;
  if (further < 1 || further > doubtful.length) {
    const groups = alone(doubtful, 'hist');
    return {
      commands: groups.map(historyCommand),
      places: (more) =>
        new Map(groups.flatMap((one) => [...readHistory(one, more.get(one.key)).places])),
    };
  }
  const { key, method, params } = historyCommand(group);
  const commands = Array.from({ length: further }, (_, n) => {
    const start = (n + 1) * PAGE;
    return { key: `${key}s${start}`, method, params: { ...params, start } };
  });
  return {
    commands,
    places: (more) =>
      placesIn(group, [first, ...commands.map((page) => more.get(page.key))].flatMap(historyRows)),
  };
}

/** The newest place before the one the ticket stands on; a pipeline change keeps the old pipeline's category. */
function placeBefore(head: TicketHead, rows: readonly Json[]): StagePlace | null {
  const places = rows
    .toSorted((a, b) => (integerOf(b['ID']) ?? 0) - (integerOf(a['ID']) ?? 0))
    .map((row) => placeOf(row, head));
  const current = places.findIndex((place) => isHere(place, head));
  return places.slice(current + 1).find((place) => !isHere(place, head)) ?? null;
}

function placeOf(row: Json, head: TicketHead): StagePlace {
  const stageId = textOf(row['STAGE_ID']);
  const categoryId = integerOf(row['CATEGORY_ID']) ?? categoryOfStage(stageId, head.categoryId);
  return { categoryId, stageId };
}

function isHere(place: StagePlace, head: TicketHead): boolean {
  return place.stageId === '' || place.stageId === head.stageId;
}
