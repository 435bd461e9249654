import { parsePortalTime, portalTime } from '../../clock.ts';
import { addActivity, completeActivity, restoreActivity } from '../../state/activities.ts';
import { localText } from '../../state/activity-cards.ts';
import type { ActivityCard } from '../../state/activity-cards.ts';
import type { Activity, Binding } from '../../state/records.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import { textOf } from '../../text-of.ts';
import { forApps, wrongContext } from '../for-apps.ts';
import type { AppMethod } from '../for-apps.ts';
import { checkLayout } from '../layout-check.ts';
import type { CallAnswer, CallContext, CallingApp, MethodMap } from '../method.ts';
import { intParam, mapParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';

const NAMES = [
  'typeId',
  'completed',
  'deadline',
  'pingOffsets',
  'isIncomingChannel',
  'responsibleId',
  'badgeCode',
  'originatorId',
  'originId',
];
const wrongValue = (name: string): RestError =>
  new RestError(400, 'WRONG_FIELD_VALUE', `Incorrect field value: ${name}`);
const isYes = (value: unknown): boolean => ['Y', '1', 'true'].includes(textOf(value));

/** Fields as given; only those present. */
interface Given {
  completed?: boolean;
  deadline?: number;
  pingOffsets?: number[];
  isIncomingChannel?: boolean;
  responsibleId?: number;
  badgeCode?: string;
  originatorId?: string | null;
  originId?: string | null;
}

function readFields(
  context: CallContext & CallingApp,
  fields: Readonly<Record<string, unknown>>,
): Given {
  const unknown = Object.keys(fields).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw wrongValue(unknown);
  const given: Given = {};
  for (const [name, value] of Object.entries(fields)) READERS[name]?.(given, value, context);
  return given;
}

const READERS: Readonly<
  Record<string, (given: Given, value: unknown, context: CallContext & CallingApp) => void>
> = {
  completed: (given, value) => {
    given.completed = isYes(value);
  },
  deadline: (given, value) => {
    const at = parsePortalTime(textOf(value));
    if (at === undefined) throw wrongValue('deadline');
    given.deadline = at;
  },
  pingOffsets: (given, value) => {
    given.pingOffsets = Object.values(toMap(value)).map(Number);
  },
  isIncomingChannel: (given, value) => {
    given.isIncomingChannel = isYes(value);
  },
  responsibleId: (given, value, { portal }) => {
    if (!portal.users.has(Number(value))) throw wrongValue('responsibleId');
    given.responsibleId = Number(value);
  },
  badgeCode: (given, value, { portal }) => {
    const code = textOf(value);
    if (code !== '' && !portal.badges.has(code)) throw wrongValue('badgeCode');
    given.badgeCode = code;
  },
  originatorId: (given, value) => {
    given.originatorId = textOf(value) || null;
  },
  originId: (given, value) => {
    given.originId = textOf(value) || null;
  },
};

function titleOf(layout: Readonly<Record<string, unknown>>): string {
  return localText(toMap(layout['header'])['title']);
}

const refuseIncoming = (): never => {
  const text = 'Incoming activity can not be with deadline';
  throw new RestError(400, 'INCOMING_ACTIVITY_CAN_NOT_BE_WITH_DEADLINE', text);
};

/** The ticket the record is for: there, and seen by the caller. */
function ownerFor({ portal, user }: CallContext, params: Params): Binding {
  const owner = {
    ownerTypeId: intParam(params, 'ownerTypeId'),
    ownerId: intParam(params, 'ownerId'),
  };
  const ticket = portal.ticket({ entityTypeId: owner.ownerTypeId, id: owner.ownerId });
  if (!ticket) throw new RestError(400, 'NOT_FOUND', 'Not found.');
  if (isHiddenFrom(portal, ticket, user)) throw accessDenied();
  return owner;
}

const CARD = {
  badgeCode: '',
  pingOffsets: [],
  isIncomingChannel: false,
};

const add: AppMethod['run'] = (context, params) => {
  const { portal, user, app } = context;
  const owner = ownerFor(context, params);
  const { typeId: asked, ...fields } = mapParam(params, 'fields');
  const typeId = textOf(asked ?? 'CONFIGURABLE');
  // Other types have to be registered by crm.activity.type.add, which this portal does not have.
  if (typeId !== 'CONFIGURABLE') throw wrongValue('typeId');
  const { badgeCode, pingOffsets, isIncomingChannel, ...given } = readFields(context, fields);
  const layout = checkLayout(params['layout'], portal.doubts.footerButtons);
  if (isIncomingChannel && given.deadline !== undefined) refuseIncoming();
  const activity = addActivity(
    portal,
    {
      bindings: [owner],
      typeId: 6,
      providerId: 'CONFIGURABLE_REST_APP',
      providerTypeId: typeId,
      subject: titleOf(layout),
      ...given,
    },
    { userId: user.id, robot: false },
  );
  portal.activityCards.set(activity.id, {
    clientId: app.clientId,
    typeId,
    layout,
    ...CARD,
    ...(badgeCode === undefined ? {} : { badgeCode }),
    ...(pingOffsets === undefined ? {} : { pingOffsets }),
    ...(isIncomingChannel === undefined ? {} : { isIncomingChannel }),
    lockedWhole: false,
    lockedKeys: new Set(),
  });
  portal.changed();
  return { result: { activity: { id: activity.id } } };
};

interface Found {
  readonly activity: Activity;
  readonly card: ActivityCard;
}

function findCard({ portal, user }: CallContext, params: Params): Found {
  const activity = portal.activities.get(intParam(params, 'id'));
  const card = portal.activityCards.get(intParam(params, 'id'));
  if (!activity || !card) throw new RestError(400, 'NOT_FOUND', 'Not found.');
  const owner = activity.bindings[0];
  const ticket = portal.ticket({ entityTypeId: owner?.ownerTypeId ?? 0, id: owner?.ownerId ?? 0 });
  if (isHiddenFrom(portal, ticket, user)) throw accessDenied();
  return { activity, card };
}

/** Fields are merged, a given layout replaces the old one; any update takes the locks of pressed buttons off. */
const update: AppMethod['run'] = (context, params) => {
  const { portal, user, app } = context;
  const { activity, card } = findCard(context, params);
  if (card.clientId !== app.clientId) {
    const text = 'The activity can only be updated by the application that created it';
    throw new RestError(400, 'ERROR_WRONG_APPLICATION', text);
  }
  const { typeId, ...fields } = mapParam(params, 'fields');
  if (typeId !== undefined && typeId !== card.typeId) {
    throw new RestError(400, 'CANT_CHANGE_PROVIDER_TYPE_ID', 'Type of activity can not be changed');
  }
  const given = readFields(context, fields);
  const layout =
    params['layout'] === undefined
      ? null
      : checkLayout(params['layout'], portal.doubts.footerButtons);
  const incoming = given.isIncomingChannel ?? card.isIncomingChannel;
  if (incoming && (given.deadline ?? activity.deadline) !== null) refuseIncoming();
  applyToActivity(activity, given, layout);
  applyToCard(card, given, layout);
  const actor = { userId: user.id, robot: false };
  if (given.completed === true) completeActivity(portal, activity, actor);
  if (given.completed === false) restoreActivity(portal, activity, actor);
  activity.lastUpdated = portal.second();
  portal.changed();
  return { result: { activity: { id: activity.id } } };
};

function applyToActivity(
  activity: Activity,
  given: Given,
  layout: ActivityCard['layout'] | null,
): void {
  if (given.deadline !== undefined) activity.deadline = given.deadline;
  if (given.responsibleId !== undefined) activity.responsibleId = given.responsibleId;
  if (given.originId !== undefined) activity.originId = given.originId;
  if (given.originatorId !== undefined) activity.originatorId = given.originatorId;
  if (layout) activity.subject = titleOf(layout);
}

function applyToCard(
  card: ActivityCard,
  given: Given,
  layout: ActivityCard['layout'] | null,
): void {
  if (layout) card.layout = layout;
  if (given.badgeCode !== undefined) card.badgeCode = given.badgeCode;
  if (given.pingOffsets !== undefined) card.pingOffsets = given.pingOffsets;
  if (given.isIncomingChannel !== undefined) card.isIncomingChannel = given.isIncomingChannel;
  card.lockedWhole = false;
  card.lockedKeys.clear();
}

function get(context: CallContext, params: Params): CallAnswer {
  const { activity, card } = findCard(context, params);
  const owner = activity.bindings[0];
  return {
    result: {
      activity: {
        id: activity.id,
        ownerTypeId: owner?.ownerTypeId ?? 0,
        ownerId: owner?.ownerId ?? 0,
        fields: {
          typeId: card.typeId,
          completed: activity.completed,
          deadline: activity.deadline === null ? null : portalTime(activity.deadline),
          pingOffsets: card.pingOffsets,
          isIncomingChannel: card.isIncomingChannel,
          responsibleId: activity.responsibleId,
          badgeCode: card.badgeCode,
          originatorId: activity.originatorId,
          originId: activity.originId,
        },
        layout: card.layout,
      },
    },
  };
}

/** crm.activity.configurable.*: the app's own records in the timeline. */
export const APP_ACTIVITY_METHODS: MethodMap = {
  'crm.activity.configurable.add': forApps(wrongContext, {
    scope: 'crm',
    params: {
      ownerTypeId: { type: 'integer', required: true },
      ownerId: { type: 'integer', required: true },
      fields: { type: 'object', required: true },
      layout: { type: 'any' },
    },
    run: add,
  }),
  'crm.activity.configurable.update': forApps(wrongContext, {
    scope: 'crm',
    params: {
      id: { type: 'integer', required: true },
      fields: { type: 'object' },
      layout: { type: 'any' },
    },
    run: update,
  }),
  'crm.activity.configurable.get': {
    scope: 'crm',
    params: { id: { type: 'integer', required: true } },
    run: get,
  },
};
