import { parsePortalTime } from '../../clock.ts';
import { addActivity } from '../../state/activities.ts';
import type { Portal } from '../../state/portal.ts';
import type { Binding, Communication } from '../../state/records.ts';
import type { CallAnswer, CallContext } from '../method.ts';
import { mapParam, toMap } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

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
    // A TYPE other than EMAIL drops the address of a letter.
    const dropped = item['TYPE'] !== undefined && item['TYPE'] !== 'EMAIL';
    return { value: dropped ? '' : String(item['VALUE'] ?? ''), entityId, entityTypeId };
  });
}

function checkRequired(fields: Record<string, unknown>, communications: Communication[]): void {
  if (!(Number(fields['TYPE_ID']) > 0)) {
    throw refusal('The field TYPE_ID is not defined or invalid');
  }
  if (String(fields['SUBJECT'] ?? '').trim() === '') {
    throw refusal('The field SUBJECT is not defined or empty');
  }
  if (!(Number(fields['RESPONSIBLE_ID']) > 0)) {
    throw refusal('The field RESPONSIBLE_ID is not defined or invalid');
  }
  if (communications.length === 0) {
    throw refusal('The field COMMUNICATIONS is not defined or invalid');
  }
}

function ownerBinding(portal: Portal, fields: Record<string, unknown>): Binding {
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
  if (ticket?.hidden) throw refusal('Access denied.');
  return binding;
}

function sendError(communications: readonly Communication[], from: unknown): string | null {
  if (from !== undefined && !/[^\s<>@]+@[^\s<>@]+/.test(String(from))) {
    return 'Email send error. "From" is not found';
  }
  const [to] = communications;
  if (!to || to.value === '') return 'Email send error. "To" is not found';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to.value)
    ? null
    : 'Email send error. Invalid email is specified';
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
  const binding = ownerBinding(portal, fields);
  const typeId = Number(fields['TYPE_ID']);
  const direction = Number(fields['DIRECTION'] ?? 0);
  const completed = fields['COMPLETED'] === 'Y';
  const settings = toMap(fields['SETTINGS']);
  const sends = typeId === EMAIL && direction === OUTGOING && completed;
  const failure = sends ? sendError(communications, settings['MESSAGE_FROM']) : null;
  const clients = communications
    .filter((c) => c.entityId > 0)
    .map((c) => ({ ownerTypeId: c.entityTypeId, ownerId: c.entityId }));
  const start = parsePortalTime(String(fields['START_TIME'] ?? '')) ?? portal.second();
  const activity = addActivity(
    portal,
    {
      bindings: [binding, ...clients.filter((c) => c.ownerTypeId !== binding.ownerTypeId)],
      typeId,
      direction,
      completed,
      subject: String(fields['SUBJECT']),
      description: String(fields['DESCRIPTION'] ?? ''),
      descriptionType: Number(fields['DESCRIPTION_TYPE'] ?? 1),
      responsibleId: Number(fields['RESPONSIBLE_ID']),
      providerId:
        typeId === EMAIL ? portal.doubts.mailProviderId : String(fields['PROVIDER_ID'] ?? ''),
      providerTypeId: typeId === EMAIL ? 'EMAIL' : String(fields['PROVIDER_TYPE_ID'] ?? ''),
      startTime: start,
      endTime: parsePortalTime(String(fields['END_TIME'] ?? '')) ?? start,
      deadline: parsePortalTime(String(fields['DEADLINE'] ?? '')) ?? null,
      originatorId: fields['ORIGINATOR_ID'] === undefined ? null : String(fields['ORIGINATOR_ID']),
      originId: fields['ORIGIN_ID'] === undefined ? null : String(fields['ORIGIN_ID']),
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
