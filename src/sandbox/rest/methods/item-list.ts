import { parsePortalTime } from '../../clock.ts';
import { parentField } from '../../state/change-ticket.ts';
import type { Ticket } from '../../state/records.ts';
import type { ColumnKind } from '../../state/system-fields.ts';
import type { TicketStore } from '../../state/ticket-store.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column, Columns } from '../filter.ts';
import type { CallAnswer, CallContext } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { intParam, listParam, mapParam } from '../params.ts';
import type { Params } from '../params.ts';
import { showTicket, visibleFields } from './show-ticket.ts';
import { textOf } from '../../text-of.ts';

const UF_KINDS: Record<string, ColumnKind> = {
  integer: 'number',
  double: 'number',
  enumeration: 'number',
  employee: 'number',
  boolean: 'boolean-uf',
  date: 'time',
  datetime: 'time',
};

/** crm.item.list: indexes narrow the candidates, the compiled filter decides. */
export function listItems(context: CallContext, params: Params, store: TicketStore): CallAnswer {
  const { portal } = context;
  const original = params['useOriginalUfNames'] === true;
  const filter = mapParam(params, 'filter');
  const columns = columnsOf(context, intParam(params, 'entityTypeId'), original);
  const test = compileFilter(filter, columns);
  const order = compileOrder(mapParam(params, 'order'), columns);
  const found: Ticket[] = [];
  for (const ticket of candidates(store, filter)) {
    if (!isHiddenFrom(context.portal, ticket, context.user) && test(ticket)) found.push(ticket);
  }
  found.sort(order ?? ((a, b) => a.id - b.id));
  const page = pageOf(found, params);
  const select = listParam(params, 'select').map(String);
  const wanted = select.length === 0 ? null : new Set(select);
  const items = page.rows.map((ticket) => showTicket(portal, ticket, original, wanted));
  return { result: { items }, ...pageMarks(page) };
}

function columnsOf(context: CallContext, entityTypeId: number, original: boolean): Columns<Ticket> {
  const { portal } = context;
  const system = new Map(visibleFields(portal, entityTypeId).map((f) => [f.name, f]));
  return (name): Column<Ticket> | undefined => {
    const parent = portal.stages.relations.parentTypeOf(entityTypeId, name);
    const field = parent === undefined ? system.get(name) : parentField(parent);
    if (field) return { kind: field.kind, read: (t) => field.read(t, portal.stages) };
    const custom = portal.customFields.find(entityTypeId, name, original);
    if (!custom) return undefined;
    return {
      kind: UF_KINDS[custom.type] ?? 'string',
      read: (t) => t.uf.get(custom.name) ?? (custom.type === 'boolean' ? 0 : null),
    };
  };
}

/** The smallest set an index offers for the conditions at the top of the filter. */
function candidates(
  store: TicketStore,
  filter: Readonly<Record<string, unknown>>,
): Iterable<Ticket> {
  if (textOf(filter['logic']).toUpperCase() === 'OR') return store.all();
  const ids = valuesOf(filter, 'id');
  if (ids) {
    const numbers = new Set(ids.map(Number));
    return [...numbers].map((id) => store.get(id)).filter((t) => t !== undefined);
  }
  const since = filter['>=movedTime'] ?? filter['>movedTime'];
  const at = typeof since === 'string' ? parsePortalTime(since) : undefined;
  if (at !== undefined) return store.movedSince(at);
  const stages = valuesOf(filter, 'stageId');
  return stages ? store.inStages(stages.map((one) => textOf(one))) : store.all();
}

/** The values a field must be one of, where the filter says so at its top. */
function valuesOf(filter: Readonly<Record<string, unknown>>, field: string): unknown[] | null {
  const wanted = filter[`@${field}`] ?? filter[`=${field}`] ?? filter[field];
  if (wanted === undefined || wanted === null || wanted === '') return null;
  return typeof wanted === 'object' ? Object.values(wanted) : [wanted];
}
