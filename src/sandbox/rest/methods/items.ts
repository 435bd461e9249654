import { addTicket, deleteTicket } from '../../state/add-ticket.ts';
import { changeTicket } from '../../state/change-ticket.ts';
import type { ChangeRefusal } from '../../state/change-ticket.ts';
import type { Ticket } from '../../state/records.ts';
import type { TicketStore } from '../../state/ticket-store.ts';
import type { CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';
import { contactAnswer, listContacts } from './contacts.ts';
import { itemFields } from './item-fields.ts';
import { listItems } from './item-list.ts';
import { showTicket } from './show-ticket.ts';

const CONTACT = 3;
const TYPE_AND_NAMES: ParamSpecs = {
  entityTypeId: { type: 'integer', required: true },
  useOriginalUfNames: { type: 'flag' },
};

function originalNames(params: Params): boolean {
  return params['useOriginalUfNames'] === true;
}

function storeFor(context: CallContext, params: Params): TicketStore {
  const entityTypeId = intParam(params, 'entityTypeId');
  const store = context.portal.store(entityTypeId);
  if (store) return store;
  throw new RestError(400, 'NOT_FOUND', 'Smart process not found');
}

function ticketFor(context: CallContext, params: Params): Ticket {
  const ticket = storeFor(context, params).get(intParam(params, 'id'));
  if (!ticket) throw new RestError(400, 'NOT_FOUND', 'Item not found');
  if (ticket.hidden) throw accessDenied();
  return ticket;
}

function refuse(context: CallContext, refusal: ChangeRefusal): RestError {
  switch (refusal.kind) {
    case 'required': {
      const { requiredErrorNames, requiredErrorStatus } = context.portal.doubts;
      const names = requiredErrorNames === 'first' ? refusal.fields.slice(0, 1) : refusal.fields;
      const text = names.map((name) => `The field "${name}" is required.`).join(' ');
      return new RestError(requiredErrorStatus, 'CRM_FIELD_ERROR_REQUIRED', text);
    }
    case 'not-valid':
      return new RestError(
        400,
        'CRM_FIELD_ERROR_VALUE_NOT_VALID',
        `Invalid value for field "${refusal.field}"`,
      );
    case 'not-iterable':
      return new RestError(
        400,
        '100',
        `Expected iterable value for multiple field, but got ${refusal.given} instead`,
      );
    case 'primary-id':
      return new RestError(
        400,
        '0',
        'Setting value for Primary ID is not allowed, it is read-only field',
      );
  }
}

function update(context: CallContext, params: Params): { result: unknown } {
  const ticket = ticketFor(context, params);
  const original = originalNames(params);
  const actor = { userId: context.user.id, robot: false };
  const outcome = changeTicket(context.portal, ticket, {
    fields: mapParam(params, 'fields'),
    original,
    actor,
  });
  context.stats.ignoredFields += outcome.ignored.length;
  if (outcome.refusal) throw refuse(context, outcome.refusal);
  return { result: { item: showTicket(context.portal, ticket, original) } };
}

function add(context: CallContext, params: Params): { result: unknown } {
  storeFor(context, params);
  const { portal } = context;
  const entityTypeId = intParam(params, 'entityTypeId');
  const fields = mapParam(params, 'fields');
  const main = portal.stages.pipelines.find((p) => p.entityTypeId === entityTypeId && p.isDefault);
  const categoryId =
    'categoryId' in fields ? Number(fields['categoryId']) : (main?.categoryId ?? 0);
  if (!portal.stages.pipeline(entityTypeId, categoryId)) {
    throw refuse(context, { kind: 'not-valid', field: 'categoryId' });
  }
  const stageId = 'stageId' in fields ? String(fields['stageId']) : undefined;
  const stage = stageId === undefined ? undefined : portal.stages.stage(entityTypeId, stageId);
  if (stageId !== undefined && stage?.categoryId !== categoryId) {
    throw refuse(context, { kind: 'not-valid', field: 'stageId' });
  }
  const missing = (stage?.required ?? []).filter((name) => !fields[name]);
  if (missing.length > 0) throw refuse(context, { kind: 'required', fields: missing });
  const actor = { userId: context.user.id, robot: false };
  const title = typeof fields['title'] === 'string' ? fields['title'] : `#${entityTypeId}`;
  const base = { entityTypeId, categoryId, title };
  const ticket = addTicket(portal, stageId === undefined ? base : { ...base, stageId }, actor);
  const rest = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !['categoryId', 'stageId', 'title'].includes(name)),
  );
  if (Object.keys(rest).length > 0) {
    const original = originalNames(params);
    const outcome = changeTicket(portal, ticket, { fields: rest, original, actor });
    context.stats.ignoredFields += outcome.ignored.length;
    if (outcome.refusal) {
      portal.store(entityTypeId)?.delete(ticket);
      throw refuse(context, outcome.refusal);
    }
  }
  return { result: { item: showTicket(portal, ticket, originalNames(params)) } };
}

const ID_PARAMS: ParamSpecs = { ...TYPE_AND_NAMES, id: { type: 'integer', required: true } };

/** crm.item.*: the deprecated crm.deal.* twins are not served. */
export const ITEM_METHODS: MethodMap = {
  'crm.item.get': {
    scope: 'crm',
    params: ID_PARAMS,
    run: (context, params) => {
      if (params['entityTypeId'] === CONTACT) return contactAnswer(context, params);
      const ticket = ticketFor(context, params);
      return { result: { item: showTicket(context.portal, ticket, originalNames(params)) } };
    },
  },
  'crm.item.list': {
    scope: 'crm',
    params: {
      ...TYPE_AND_NAMES,
      select: { type: 'list' },
      filter: { type: 'object' },
      order: { type: 'object' },
      start: { type: 'integer' },
    },
    run: (context, params) =>
      params['entityTypeId'] === CONTACT
        ? listContacts(context, params)
        : listItems(context, params, storeFor(context, params)),
  },
  'crm.item.fields': {
    scope: 'crm',
    params: TYPE_AND_NAMES,
    run: (context, params) => {
      storeFor(context, params);
      const fields = itemFields(
        context.portal,
        intParam(params, 'entityTypeId'),
        originalNames(params),
      );
      return { result: { fields } };
    },
  },
  'crm.item.add': {
    scope: 'crm',
    params: { ...TYPE_AND_NAMES, fields: { type: 'object', required: true } },
    run: add,
  },
  'crm.item.update': {
    scope: 'crm',
    params: { ...ID_PARAMS, fields: { type: 'object', required: true } },
    run: update,
  },
  'crm.item.delete': {
    scope: 'crm',
    params: ID_PARAMS,
    run: (context, params) => {
      deleteTicket(context.portal, ticketFor(context, params), {
        userId: context.user.id,
        robot: false,
      });
      return { result: [] };
    },
  },
};
