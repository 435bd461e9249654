import { isEmptyValue, readFieldValue, sameValue } from './field-values.ts';
import type { Actor, Portal } from './portal.ts';
import type { CustomField, Ticket, UfValue } from './records.ts';
import { recordMove } from './record-move.ts';
import { runRobots } from './robots.ts';
import { systemFieldsOf } from './system-fields.ts';
import type { Stored, SystemField } from './system-fields.ts';
import { emitTicketEvent } from './ticket-events.ts';
import { textOf } from '../text-of.ts';

export type ChangeRefusal =
  | { readonly kind: 'required'; readonly fields: readonly string[] }
  | { readonly kind: 'not-valid'; readonly field: string }
  | { readonly kind: 'not-iterable'; readonly given: string }
  | { readonly kind: 'primary-id' }
  | { readonly kind: 'no-stage-right'; readonly stageId: string };

export interface ChangeOutcome {
  readonly refusal: ChangeRefusal | null;
  readonly saved: boolean;
  /** Keys that name no writable field: the platform drops them without a word. */
  readonly ignored: readonly string[];
}

interface Draft {
  readonly system: Map<SystemField, Stored>;
  readonly custom: Map<CustomField, UfValue>;
  stageId: string;
  categoryId: number;
  ignored: string[];
}

export interface ChangeRequest {
  readonly fields: Readonly<Record<string, unknown>>;
  /** True: custom fields go by their original names, else by camelCase. */
  readonly original: boolean;
  /** The card checks as REST does; deliveries by robots do not check required fields. */
  readonly actor: Actor;
}

/** crm.item.update as its page orders it: required fields, values, skip if nothing differs, save, robots, event. */
export function changeTicket(
  portal: Portal,
  ticket: Ticket,
  request: ChangeRequest,
): ChangeOutcome {
  const draft = readDraft(portal, ticket, request);
  if ('kind' in draft) return { refusal: draft, saved: false, ignored: [] };
  const { ignored } = draft;
  if (!mayMove(portal, ticket, draft, request.actor)) {
    return { refusal: { kind: 'no-stage-right', stageId: draft.stageId }, saved: false, ignored };
  }
  const missing = request.actor.robot ? [] : missingFields(portal, ticket, draft);
  if (missing.length > 0) {
    return { refusal: { kind: 'required', fields: missing }, saved: false, ignored };
  }
  if (!differs(portal, ticket, draft)) {
    if (portal.doubts.noopUpdateSendsEvent) {
      emitTicketEvent(portal, ticket, 'UPDATE', request.actor);
    }
    return { refusal: null, saved: false, ignored };
  }
  save(portal, ticket, draft, request.actor);
  return { refusal: null, saved: true, ignored };
}

function readDraft(portal: Portal, ticket: Ticket, request: ChangeRequest): Draft | ChangeRefusal {
  const draft: Draft = {
    system: new Map(),
    custom: new Map(),
    stageId: ticket.stageId,
    categoryId: ticket.categoryId,
    ignored: [],
  };
  const system = new Map(systemFieldsOf(ticket.entityTypeId).map((f) => [f.name, f]));
  for (const [name, input] of Object.entries(request.fields)) {
    if (name === 'id') return { kind: 'primary-id' };
    if (name === 'contacts' || name === 'companies')
      return { kind: 'not-iterable', given: 'array' };
    if (name === 'stageId' || name === 'categoryId') continue;
    const custom = portal.customFields.find(ticket.entityTypeId, name, request.original);
    const parent = portal.stages.relations.parentTypeOf(ticket.entityTypeId, name);
    const field = parent === undefined ? system.get(name) : parentField(parent);
    const refusal = custom
      ? readCustom(draft, custom, input)
      : readSystem(draft, field, name, input);
    if (refusal) return refusal;
  }
  return readMove(portal, ticket, draft, request.fields) ?? draft;
}

function readCustom(draft: Draft, field: CustomField, input: unknown): ChangeRefusal | null {
  const reading = readFieldValue(field, input);
  if (reading.ok) draft.custom.set(field, reading.value);
  else if (reading.reason === 'not-iterable') return { kind: 'not-iterable', given: reading.given };
  else return { kind: 'not-valid', field: fieldLabel(field) };
  return null;
}

function readSystem(
  draft: Draft,
  field: SystemField | undefined,
  name: string,
  input: unknown,
): ChangeRefusal | null {
  if (!field?.write) {
    draft.ignored.push(name);
    return null;
  }
  if (field.multiple && (typeof input !== 'object' || input === null)) {
    return { kind: 'not-iterable', given: typeof input };
  }
  const value = field.write.parse(input);
  if (value === undefined) return { kind: 'not-valid', field: name };
  draft.system.set(field, value);
  return null;
}

/** parentId{entityTypeId}: a link to an item of another type; there is one only where the relation is configured. */
export function parentField(entityTypeId: number): SystemField {
  return {
    name: `parentId${entityTypeId}`,
    type: 'crm_entity',
    kind: 'number',
    multiple: false,
    only: null,
    read: (t) => t.parents.get(entityTypeId) ?? null,
    write: {
      parse: (input) => Number(input) || null,
      apply: (t, value) => {
        if (value === null) t.parents.delete(entityTypeId);
        else t.parents.set(entityTypeId, Number(value));
      },
    },
  };
}

function readMove(
  portal: Portal,
  ticket: Ticket,
  draft: Draft,
  fields: Readonly<Record<string, unknown>>,
): ChangeRefusal | null {
  if ('categoryId' in fields) {
    const categoryId = Number(fields['categoryId']);
    if (!portal.stages.pipeline(ticket.entityTypeId, categoryId)) {
      return { kind: 'not-valid', field: 'categoryId' };
    }
    draft.categoryId = categoryId;
    if (categoryId !== ticket.categoryId) {
      draft.stageId = portal.stages.stagesOf(ticket.entityTypeId, categoryId)[0]?.stageId ?? '';
    }
  }
  if (!('stageId' in fields)) return null;
  const stageId = textOf(fields['stageId']);
  const stage = portal.stages.stage(ticket.entityTypeId, stageId);
  if (stage?.categoryId !== draft.categoryId) return { kind: 'not-valid', field: 'stageId' };
  draft.stageId = stageId;
  return null;
}

/** The portal's own rights of the stage; robots and administrators are not bound by them. */
function mayMove(portal: Portal, ticket: Ticket, draft: Draft, { userId, robot }: Actor): boolean {
  const movers = portal.stages.stage(ticket.entityTypeId, draft.stageId)?.movers ?? null;
  if (movers === null || robot || draft.stageId === ticket.stageId) return true;
  const user = portal.users.get(userId) ?? portal.appUsers.get(userId);
  return user?.admin === true || movers.has(userId);
}

/** Required fields count only when the stage changes inside the pipeline (crm.item.update page). */
function missingFields(portal: Portal, ticket: Ticket, draft: Draft): string[] {
  if (draft.stageId === ticket.stageId || draft.categoryId !== ticket.categoryId) return [];
  const names = new Set<string>();
  if (portal.doubts.stageRulesChecked) {
    const stage = portal.stages.stage(ticket.entityTypeId, draft.stageId);
    for (const name of stage?.required ?? []) names.add(name);
  }
  if (portal.doubts.mandatoryFieldsChecked) {
    for (const field of portal.customFields.of(ticket.entityTypeId)) {
      if (field.mandatory) names.add(field.name);
    }
  }
  return [...names].filter((name) => isFieldEmpty(portal, ticket, draft, name));
}

function isFieldEmpty(portal: Portal, ticket: Ticket, draft: Draft, name: string): boolean {
  const custom = portal.customFields.find(ticket.entityTypeId, name, true);
  if (custom) {
    return isEmptyValue(draft.custom.has(custom) ? draft.custom.get(custom) : ticket.uf.get(name));
  }
  const field = systemFieldsOf(ticket.entityTypeId).find((f) => f.name === name);
  if (!field) return false;
  const value = draft.system.get(field) ?? field.read(ticket, portal.stages);
  return isEmptyValue(value === 0 ? null : value);
}

function differs(portal: Portal, ticket: Ticket, draft: Draft): boolean {
  if (draft.stageId !== ticket.stageId || draft.categoryId !== ticket.categoryId) return true;
  for (const [field, value] of draft.system) {
    if (!sameValue(field.read(ticket, portal.stages), value)) return true;
  }
  for (const [field, value] of draft.custom) {
    if (!sameValue(ticket.uf.get(field.name), value)) return true;
  }
  return false;
}

function save(portal: Portal, ticket: Ticket, draft: Draft, actor: Actor): void {
  for (const [field, value] of draft.system) field.write?.apply(ticket, value);
  for (const [field, value] of draft.custom) ticket.uf.set(field.name, value);
  ticket.updatedBy = actor.userId;
  ticket.updatedTime = portal.second();
  ticket.lastActivityTime = ticket.updatedTime;
  const moved = draft.stageId !== ticket.stageId || draft.categoryId !== ticket.categoryId;
  if (moved) recordMove(portal, ticket, draft, actor);
  portal.changed();
  emitTicketEvent(portal, ticket, 'UPDATE', actor);
  if (moved) {
    runRobots(portal, ticket, actor, (stageId, robot) => {
      changeTicket(portal, ticket, { fields: { stageId }, original: true, actor: robot });
    });
  }
}

/** The label a refusal names the field by. */
export function fieldLabel(field: CustomField): string {
  const { ru, en } = field.labels.editFormLabel;
  return ru ?? en ?? field.name;
}
