import { addTicket, deleteTicket } from '../../state/add-ticket.ts';
import { changeTicket } from '../../state/change-ticket.ts';
import type { ChangeRefusal } from '../../state/change-ticket.ts';
import type { Ticket } from '../../state/records.ts';
import type { TicketStore } from '../../state/ticket-store.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import type { CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';
import { companyAnswer, contactAnswer, listCompanies, listContacts } from './contacts.ts';
import { itemFields } from './item-fields.ts';
import { listItems } from './item-list.ts';
import { showTicket } from './show-ticket.ts';
import { textOf } from '../../text-of.ts';

const CONTACT = 3;
const COMPANY = 4;
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
  if (isHiddenFrom(context.portal, ticket, context.user)) throw accessDenied();
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
    case 'no-stage-right':
      // The page has a dash for its code.
      return new RestError(400, '-', 'You do not have permission to change the stage');
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

/** The pipeline and stage a new item starts on; refuses what does not exist. */
function startOf(
  context: CallContext,
  entityTypeId: number,
  fields: Record<string, unknown>,
): { categoryId: number; stageId?: string } {
  const { stages } = context.portal;
  const main = stages.pipelines.find((p) => p.entityTypeId === entityTypeId && p.isDefault);
  const given = fields['categoryId'];
  const categoryId = given === undefined ? (main?.categoryId ?? 0) : Number(given);
  if (!stages.pipeline(entityTypeId, categoryId)) {
    throw refuse(context, { kind: 'not-valid', field: 'categoryId' });
  }
  if (!('stageId' in fields)) return { categoryId };
  const stageId = textOf(fields['stageId']);
  const stage = stages.stage(entityTypeId, stageId);
  if (stage?.categoryId !== categoryId) {
    throw refuse(context, { kind: 'not-valid', field: 'stageId' });
  }
  const missing = stage.required.filter((name) => !fields[name]);
  if (missing.length > 0) throw refuse(context, { kind: 'required', fields: missing });
  return { categoryId, stageId };
}

function add(context: CallContext, params: Params): { result: unknown } {
  storeFor(context, params);
  const { portal } = context;
  const entityTypeId = intParam(params, 'entityTypeId');
  const original = originalNames(params);
  const fields = mapParam(params, 'fields');
  const start = startOf(context, entityTypeId, fields);
  const rest = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !['title', 'categoryId', 'stageId'].includes(name)),
  );
  const actor = { userId: context.user.id, robot: false };
  const named = textOf(fields['title'], `#${entityTypeId}`);
  const ticket = addTicket(portal, { entityTypeId, title: named, ...start }, actor);
  if (Object.keys(rest).length > 0) {
    const outcome = changeTicket(portal, ticket, { fields: rest, original, actor });
    context.stats.ignoredFields += outcome.ignored.length;
    if (outcome.refusal) {
      portal.store(entityTypeId)?.delete(ticket);
      throw refuse(context, outcome.refusal);
    }
  }
  return { result: { item: showTicket(portal, ticket, original) } };
}

const ID_PARAMS: ParamSpecs = { ...TYPE_AND_NAMES, id: { type: 'integer', required: true } };

/** crm.item.*: the deprecated crm.deal.* twins are not served. */
export const ITEM_METHODS: MethodMap = {
  'crm.item.get': {
    scope: 'crm',
    params: ID_PARAMS,
    run: (context, params) => {
      if (params['entityTypeId'] === CONTACT) return contactAnswer(context, params);
      if (params['entityTypeId'] === COMPANY) return companyAnswer(context, params);
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
    run: (context, params) => {
      if (params['entityTypeId'] === CONTACT) return listContacts(context, params);
      if (params['entityTypeId'] === COMPANY) return listCompanies(context, params);
      return listItems(context, params, storeFor(context, params));
    },
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
