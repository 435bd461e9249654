import { portalTime } from '../../clock.ts';
import { showFieldValue } from '../../state/field-values.ts';
import type { Portal } from '../../state/portal.ts';
import type { Ticket } from '../../state/records.ts';
import { systemFieldsOf } from '../../state/system-fields.ts';
import type { SystemField } from '../../state/system-fields.ts';

const byType = new Map<number, SystemField[]>();

/** Standard fields of a type as this portal shows them (C20: deals with or without previousStageId). */
export function visibleFields(portal: Portal, entityTypeId: number): SystemField[] {
  let fields = byType.get(entityTypeId);
  if (!fields) {
    fields = systemFieldsOf(entityTypeId);
    byType.set(entityTypeId, fields);
  }
  const hidePrevious = entityTypeId === 2 && portal.doubts.dealPreviousStageId === 'absent';
  return hidePrevious ? fields.filter((f) => f.name !== 'previousStageId') : fields;
}

/** The whole item, or only the fields of `select` (`*` is all): what was not asked for does not come. */
export function showTicket(
  portal: Portal,
  ticket: Ticket,
  original: boolean,
  select: ReadonlySet<string> | null = null,
): Record<string, unknown> {
  const all = select === null || select.has('*');
  const wants = (name: string): boolean => all || select.has(name);
  const shown: Record<string, unknown> = {};
  for (const field of visibleFields(portal, ticket.entityTypeId)) {
    if (wants(field.name)) shown[field.name] = showSystem(portal, ticket, field);
  }
  for (const [name, id] of parentsOf(portal, ticket)) {
    if (wants(name)) shown[name] = id;
  }
  for (const field of portal.customFields.of(ticket.entityTypeId)) {
    const name = original ? field.name : field.camelName;
    if (wants(name)) shown[name] = showFieldValue(field, ticket.uf.get(field.name));
  }
  if (all) shown['entityTypeId'] = ticket.entityTypeId;
  return shown;
}

/** One field for each configured relation, null where this item has no such parent. */
function parentsOf(portal: Portal, ticket: Ticket): (readonly [string, number | null])[] {
  return portal.stages.relations
    .parentsOf(ticket.entityTypeId)
    .map((parent) => [`parentId${parent}`, ticket.parents.get(parent) ?? null]);
}

function showSystem(portal: Portal, ticket: Ticket, field: SystemField): unknown {
  const value = field.read(ticket, portal.stages);
  if (field.kind === 'time') return typeof value === 'number' ? portalTime(value) : null;
  return value;
}
