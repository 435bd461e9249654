import { parsePortalTime } from '../../clock.ts';
import { addActivity } from '../../state/activities.ts';
import type { Portal } from '../../state/portal.ts';
import type { Activity, Binding, Communication } from '../../state/records.ts';
import { isHiddenFrom } from '../../state/visible.ts';
import type { CallAnswer, CallContext } from '../method.ts';
import { mapParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';
import { textOf } from '../../text-of.ts';

/** Errors of crm.activity.add are texts with an empty code. */
const refusal = (text: string): RestError => new RestError(400, '', text);
const EMAIL = 4;
const OUTGOING = 2;

function readCommunications(portal: Portal, given: unknown): Communication[] {
  return Object.values(toMap(given)).map((entry) => {
    const item = toMap(entry);
    const entityId = Number(item['ENTITY_ID'] ?? 0);
    const entityTypeId = Number(item['ENTITY_TYPE_ID'] ?? 0);
    if (entityTypeId === 3 && entityId !== 0 && !portal.contacts.has(entityId)) {
      throw refusal(`Could not find 'CONTACT' with ID: ${entityId}`);
    }
    if (entityTypeId === 4 && entityId !== 0 && !portal.companies.has(entityId)) {
      throw refusal(`Could not find 'COMPANY' with ID: ${entityId}`);
    }
    // A TYPE other than EMAIL drops the address of a letter.
    const dropped = item['TYPE'] !== undefined && item['TYPE'] !== 'EMAIL';
    return { value: dropped ? '' : textOf(item['VALUE']), entityId, entityTypeId };
  });
}

function checkRequired(fields: Record<string, unknown>, communications: Communication[]): void {
  if (!(Number(fields['TYPE_ID']) > 0)) {
    throw refusal('The field TYPE_ID is not defined or invalid');
  }
  if (textOf(fields['SUBJECT']).trim() === '') {
    throw refusal('The field SUBJECT is not defined or empty');
  }
  if (!(Number(fields['RESPONSIBLE_ID']) > 0)) {
    throw refusal('The field RESPONSIBLE_ID is not defined or invalid');
  }
  if (communications.length === 0) {
    throw refusal('The field COMMUNICATIONS is not defined or invalid');
  }
}

function ownerBinding({ portal, user }: CallContext, fields: Record<string, unknown>): Binding {
  const binding = {
    ownerTypeId: Number(fields['OWNER_TYPE_ID'] ?? 0),
    ownerId: Number(fields['OWNER_ID'] ?? 0),
  };
  const ticket = portal.ticket({ entityTypeId: binding.ownerTypeId, id: binding.ownerId });
  const contact = binding.ownerTypeId === 3 && portal.contacts.has(binding.ownerId);
  if (!ticket && !contact) {
    throw refusal(
      'Could not build binding. Please ensure that owner info and communications are defined correctly',
    );
  }
  if (isHiddenFrom(portal, ticket, user)) throw refusal('Access denied.');
  return binding;
}

function sendError(communications: readonly Communication[], from: unknown): string | null {
  if (from !== undefined && !/[^\s<>@]+@[^\s<>@]+/.test(textOf(from))) {
    return 'Email send error. "From" is not found';
  }
  const [to] = communications;
  if (!to || to.value === '') return 'Email send error. "To" is not found';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to.value)
    ? null
    : 'Email send error. Invalid email is specified';
}

function letterFailure(
  { faults }: CallContext,
  communications: readonly Communication[],
  from: unknown,
): string | null {
  if (faults.failLetters <= 0) return sendError(communications, from);
  faults.failLetters -= 1;
  return 'Email send error. General error';
}

function readTimes(portal: Portal, fields: Record<string, unknown>): Partial<Activity> {
  const at = (name: string): number | undefined => parsePortalTime(textOf(fields[name]));
  const startTime = at('START_TIME') ?? portal.second();
  return { startTime, endTime: at('END_TIME') ?? startTime, deadline: at('DEADLINE') ?? null };
}

function readKind(portal: Portal, fields: Record<string, unknown>): Partial<Activity> {
  const letter = Number(fields['TYPE_ID']) === EMAIL;
  return {
    direction: Number(fields['DIRECTION'] ?? 0),
    completed: fields['COMPLETED'] === 'Y',
    providerId: letter ? portal.doubts.mailProviderId : textOf(fields['PROVIDER_ID']),
    providerTypeId: letter ? 'EMAIL' : textOf(fields['PROVIDER_TYPE_ID']),
    descriptionType: Number(fields['DESCRIPTION_TYPE'] ?? 1),
    originatorId: textOf(fields['ORIGINATOR_ID']) || null,
    originId: textOf(fields['ORIGIN_ID']) || null,
  };
}

/** The owner and the clients the activity is addressed to. */
function readBindings(
  context: CallContext,
  fields: Record<string, unknown>,
  communications: readonly Communication[],
): Binding[] {
  const owner = ownerBinding(context, fields);
  const clients = communications
    .filter((c) => c.entityId > 0 && c.entityTypeId !== owner.ownerTypeId)
    .map((c) => ({ ownerTypeId: c.entityTypeId, ownerId: c.entityId }));
  return [owner, ...clients];
}

/**
 * crm.activity.add. A letter leaves only with TYPE 4, DIRECTION 2 and COMPLETED Y together; after an
 * "Email send error" the activity stays (trap 20).
 */
export function activityAdd(context: CallContext, params: Params): CallAnswer {
  const { portal, user } = context;
  const fields = mapParam(params, 'fields');
  const communications = readCommunications(portal, fields['COMMUNICATIONS']);
  checkRequired(fields, communications);
  const kind = readKind(portal, fields);
  const typeId = Number(fields['TYPE_ID']);
  const settings = toMap(fields['SETTINGS']);
  const sends = typeId === EMAIL && kind.direction === OUTGOING && kind.completed === true;
  const failure = sends ? letterFailure(context, communications, settings['MESSAGE_FROM']) : null;
  const activity = addActivity(
    portal,
    {
      ...kind,
      ...readTimes(portal, fields),
      bindings: readBindings(context, fields, communications),
      typeId,
      subject: textOf(fields['SUBJECT']),
      description: textOf(fields['DESCRIPTION']),
      responsibleId: Number(fields['RESPONSIBLE_ID']),
      settings,
      communications,
      sent: sends && failure === null,
    },
    { userId: user.id, robot: false },
  );
  if (failure !== null) throw refusal(failure);
  if (activity.sent) context.stats.clientMessages += 1;
  return { result: activity.id };
}
