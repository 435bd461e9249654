import { portalTime } from '../../clock.ts';
import type { Comment, TicketRef } from '../../state/records.ts';
import { addComment, addLogMessage } from '../../state/timeline.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import { compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { listParam, mapParam } from '../params.ts';
import type { Params } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';
import { textOf } from '../../text-of.ts';

const ICONS = 'call arrow-down info check attention cross document comment clock mail task'.split(
  ' ',
);
const ENTITY_TYPES = /^(lead|deal|contact|company|order|dynamic_\d+)$/;

function refOf(entityType: string, entityId: number): TicketRef {
  const dynamic = /^dynamic_(\d+)$/.exec(entityType);
  return { entityTypeId: dynamic ? Number(dynamic[1]) : 2, id: entityId };
}

function commentAdd(context: CallContext, params: Params): CallAnswer {
  const { portal, user } = context;
  const fields = mapParam(params, 'fields');
  const entityType = textOf(fields['ENTITY_TYPE']).toLowerCase();
  const entityId = Number(fields['ENTITY_ID'] ?? 0);
  const text = textOf(fields['COMMENT']);
  if (!ENTITY_TYPES.test(entityType) || !Number.isInteger(entityId) || entityId <= 0) {
    throw new RestError(400, 'OWNER_NOT_FOUND', 'Owner was not found');
  }
  if (text.trim() === '') throw new RestError(400, 'INVALID_ARG_VALUE', 'Comment is empty');
  if (entityType === 'deal' || entityType.startsWith('dynamic_')) {
    if (isHiddenFrom(portal, portal.ticket(refOf(entityType, entityId)), user))
      throw accessDenied();
  }
  // No check that the item exists: an id comes back for a comment attached to nothing (trap 39).
  const actor = { userId: user.id, robot: false };
  return { result: addComment(portal, { entityType, entityId }, text, actor).id };
}

const COMMENT_COLUMNS: Readonly<Record<string, Column<Comment>>> = {
  ID: { kind: 'number', read: (c) => c.id },
  CREATED: { kind: 'time', read: (c) => c.at },
  AUTHOR_ID: { kind: 'number', read: (c) => c.authorId },
};

function commentList(context: CallContext, params: Params): CallAnswer {
  const filter = mapParam(params, 'filter');
  const entityType = textOf(filter['ENTITY_TYPE']).toLowerCase();
  const entityId = Number(filter['ENTITY_ID'] ?? 0);
  if (entityType === '' || entityId === 0) throw new RestError(400, '', 'Access denied.');
  if (
    isHiddenFrom(context.portal, context.portal.ticket(refOf(entityType, entityId)), context.user)
  ) {
    throw new RestError(400, '', 'Access denied.');
  }
  const columns = (name: string): Column<Comment> | undefined =>
    Object.hasOwn(COMMENT_COLUMNS, name) ? COMMENT_COLUMNS[name] : undefined;
  const rows = [...context.portal.comments.of(`${entityType}:${entityId}`)];
  rows.sort(compileOrder(mapParam(params, 'order'), columns) ?? ((a, b) => a.id - b.id));
  const page = pageOf(rows, params);
  const select = listParam(params, 'select').map(String);
  const result = page.rows.map((comment) => {
    const shown = Object.entries({
      ID: String(comment.id),
      ENTITY_ID: String(comment.entityId),
      ENTITY_TYPE: comment.entityType,
      CREATED: portalTime(comment.at),
      COMMENT: comment.text,
      AUTHOR_ID: String(comment.authorId),
      FILES: {},
    });
    return Object.fromEntries(
      select.length === 0 ? shown : shown.filter(([k]) => select.includes(k)),
    );
  });
  return { result, ...pageMarks(page) };
}

function logAdd(context: CallContext, params: Params): CallAnswer {
  const { portal, user } = context;
  const fields = mapParam(params, 'fields');
  for (const name of ['entityTypeId', 'entityId', 'title', 'text', 'iconCode']) {
    if (fields[name] === undefined || fields[name] === '') {
      throw new RestError(400, '100', `Could not find value for parameter {${name}}`);
    }
  }
  const iconCode = textOf(fields['iconCode']);
  if (!ICONS.includes(iconCode)) throw new RestError(400, '0', `Icon ${iconCode} not found`);
  const ref = { entityTypeId: Number(fields['entityTypeId']), id: Number(fields['entityId']) };
  const ticket = portal.ticket(ref);
  const contact = ref.entityTypeId === 3 && portal.contacts.has(ref.id);
  if (!ticket && !contact) throw new RestError(400, 'OWNER_NOT_FOUND', 'Owner was not found');
  if (isHiddenFrom(portal, ticket, user)) throw accessDenied();
  const log = addLogMessage(portal, {
    entityTypeId: ref.entityTypeId,
    entityId: ref.id,
    authorId: user.id,
    title: textOf(fields['title']),
    text: textOf(fields['text']),
    iconCode,
  });
  const { id, authorId, title, text } = log;
  const logMessage = { id, created: portalTime(log.at), authorId, title, text, iconCode };
  return { result: { logMessage } };
}

/** Comments and log entries of the timeline. */
export const TIMELINE_METHODS: MethodMap = {
  'crm.timeline.comment.add': {
    scope: 'crm',
    params: { fields: { type: 'object', required: true } },
    run: commentAdd,
  },
  'crm.timeline.comment.list': {
    scope: 'crm',
    params: {
      select: { type: 'list' },
      filter: { type: 'object', required: true },
      order: { type: 'object' },
      start: { type: 'integer' },
    },
    run: commentList,
  },
  'crm.timeline.logmessage.add': {
    scope: 'crm',
    params: { fields: { type: 'object', required: true } },
    run: logAdd,
  },
  'crm.timeline.icon.list': {
    scope: 'crm',
    params: {},
    run: () => ({
      result: { icons: ICONS.map((code) => ({ code, isSystem: true, fileUri: '' })) },
      total: ICONS.length,
    }),
  },
};
