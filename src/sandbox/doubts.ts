/**
 * Every conflict (C) and silence (S) of the platform's public documentation that this portal has to take a side on.
 * Mutable: a test flips a switch while the portal runs. The default is the newer or the unkinder reading.
 */
export interface Doubts {
  /** C1: the auth host that event bodies name in `server_endpoint`. */
  authHost: 'oauth.bitrix.info' | 'oauth.bitrix24.tech';
  /** C4: keys of `auth` in an outgoing webhook: five (events overview) or domain, member_id and the token only. */
  webhookAuthKeys: 5 | 3;
  /** C5: where the comment's id stands in ONCRMTIMELINECOMMENTADD. */
  commentEventShape: 'data.ID' | 'data.FIELDS.ID';
  /** C6: letter case of event codes in bodies. */
  eventCodeCase: 'upper' | 'camel';
  /** C8: the resource limit is enforced (cloud) or off (box default; its code is missing in one list). */
  operatingLimit: 'enforced' | 'off';
  /** C9, S15: scope `note` works and is listed, works though unlisted, or is refused. */
  noteScope: 'listed' | 'unlisted' | 'refused';
  /** S15: what the webhook's user may do in the knowledge base; 'absent': the plan or box has no such section. */
  noteAccess: 'edit' | 'view' | 'none' | 'absent';
  /** Not in the docs: the knowledge base's search finds a document at once, or only a minute after its last change. */
  noteSearchFresh: boolean;
  /** C11: code of imopenlines.crm.message.add when the author is not in the chat. */
  messageAddError: 'CANCELED' | 'MESSAGE_ADD_ERROR';
  /** C13: code of crm.stagehistory.list for a wrong type: the table's text or the sample's number 0. */
  stageHistoryTypeError: 'ENTITY_TYPE_NOT_SUPPORTED' | 'zero';
  /** C14: code of crm.type.get and crm.type.getByEntityTypeId for a missing type. */
  missingTypeError: 'zero' | 'NOT_FOUND';
  /** C15: name prefix that userfieldconfig.add demands for CRM_DEAL. */
  dealFieldPrefix: 'UF_CRM_DEAL_' | 'UF_CRM_';
  /** C20: deals have a previousStageId, or not (then only stage history tells). */
  dealPreviousStageId: 'absent' | 'present';
  /** C21: the stage's required fields are checked when crm.item.update changes the stage inside a pipeline. */
  stageRulesChecked: boolean;
  /** C21: the MANDATORY flag of custom fields is checked too. */
  mandatoryFieldsChecked: boolean;
  /** Section 7.5: app.info from a webhook answers scopes and plan (newer) or is refused (older snapshot). */
  webhookAppInfo: 'answers' | 'refused';
  /** S1: how long the queue waits for a handler before the delivery counts as lost, ms. */
  eventTimeoutMs: number;
  /** S3: HTTP status of CRM_FIELD_ERROR_REQUIRED. */
  requiredErrorStatus: 400 | 422;
  /** S3: the text names the first empty field or all of them. */
  requiredErrorNames: 'first' | 'all';
  /** S4: an update that changes nothing still sends an event. */
  noopUpdateSendsEvent: boolean;
  /** S7: imopenlines.session.start on a finished chat: messages reach the client, are taken but never reach, or stay refused. */
  sessionStart: 'delivers' | 'accepts-only' | 'no-effect';
  /** S8: an incoming letter is bound to the client only, to the ticket of the letter it answers, or always to the ticket. */
  mailReplyBinding: 'contact' | 'thread' | 'ticket';
  /** S8: PROVIDER_ID of an open-channel dialog's activity. */
  chatProviderId: string;
  /** S8: PROVIDER_ID of an e-mail activity. */
  mailProviderId: string;
  /** Not in the docs: the activity of a linked task is the old TYPE_ID 3, or TYPE_ID 6 with provider CRM_TASKS_TASK. */
  taskActivity: 'type-3' | 'provider';
  /** S11: hours in calendar.settings.get: "9" or "9.30". */
  workTimeFormat: 'whole' | 'minutes';
  /** S13: new custom fields show up in the ticket card by themselves (kind by default: else the demo could not fill them in). */
  newFieldsInCard: boolean;
  /** S14: movedBy after a robot: 0, or the user who set the robot off. */
  robotMovedBy: 'zero' | 'trigger-user';

  // Applications: OAuth, robots, placements, install. Those marked so have no effect yet.
  /** C2: refresh_token in CRM events of an app. */
  refreshTokenInCrmEvents: boolean;
  /** C3: separator of auth.scope. */
  scopeSeparator: 'space' | 'comma' | 'comma-space';
  /** C7, S6: reach of ONOPENLINEMESSAGEADD. */
  openLineEvents: 'none' | 'own-connector' | 'all';
  /** C10: event.unbind without parameters. */
  eventUnbindWithoutParams: 'ERROR_ARGUMENT' | 'deletes-all';
  /** C12: footer.buttons of configurable activities are a map by key (samples) or a list (the footer's page). */
  footerButtons: 'object' | 'array';
  /** C16: without rest_offline_extended offline events cannot be reserved, or there are none at all. */
  offlineExtended: 'confirm-mode-only' | 'all-offline';
  /** C17: `scope` with `full` names rest.developer. */
  developerScope: boolean;
  /** C19: bindings on app update. */
  bindingsOnUpdate: 'kept' | 'removed';
  /** C22: ONAPPUSERREADY for local apps. */
  userReadyForLocalApps: boolean;
  /** C23: where the clicker's id stands in ONCRMTIMELINEITEMACTION. */
  clickerIn: 'auth.user_id' | 'data.userId';
  /** S2: the context of ONCRMTIMELINEITEMACTION stands flat beside actionParams, or one level down, parameters apart. */
  actionContext: 'flat' | 'nested';
  /** C24: which parameter of event.offline.clear wins when both are given. */
  offlineClearWins: 'message_id' | 'id';
  /** C25: a robot without USE_SUBSCRIPTION waits. */
  robotWaitsByDefault: boolean;
  /** C26: how many placement.bind errors come with HTTP 200. */
  placementErrorsWith200: 1 | 4;
  /** S5: auth_type gives a token for robot-made changes. */
  authTypeGivesToken: boolean;
  /** S9: refresh token in the robot body. */
  robotRefreshToken: boolean;
  /** S10: seconds the old refresh token lives on after rotation. */
  oldRefreshTokenSeconds: number;
  /** S10: HTTP status of the auth server's refusals. */
  oauthErrorStatus: 400 | 401;
  /** Event and placement pages: handlers on a host without a dot (localhost) are refused; some boxes take them. */
  localhostHandlers: 'refused' | 'taken';
  /** S12, no effect yet: what stays after uninstall. */
  fieldsStayAfterUninstall: boolean;
  /** S16: the system user may read the ticket pipeline. */
  systemUserSeesTickets: boolean;
}

/** C18 (monetisation) touches no method and therefore has no switch. */
export const DEFAULT_DOUBTS: Readonly<Doubts> = {
  authHost: 'oauth.bitrix.info',
  webhookAuthKeys: 3,
  commentEventShape: 'data.ID',
  eventCodeCase: 'upper',
  operatingLimit: 'enforced',
  noteScope: 'unlisted',
  noteAccess: 'edit',
  noteSearchFresh: false,
  messageAddError: 'CANCELED',
  stageHistoryTypeError: 'ENTITY_TYPE_NOT_SUPPORTED',
  missingTypeError: 'zero',
  dealFieldPrefix: 'UF_CRM_DEAL_',
  dealPreviousStageId: 'absent',
  stageRulesChecked: true,
  mandatoryFieldsChecked: false,
  webhookAppInfo: 'answers',
  eventTimeoutMs: 5000,
  requiredErrorStatus: 400,
  requiredErrorNames: 'first',
  noopUpdateSendsEvent: false,
  sessionStart: 'accepts-only',
  mailReplyBinding: 'contact',
  chatProviderId: 'IMOPENLINES_SESSION',
  mailProviderId: 'CRM_EMAIL',
  taskActivity: 'type-3',
  workTimeFormat: 'whole',
  newFieldsInCard: true,
  robotMovedBy: 'zero',
  refreshTokenInCrmEvents: false,
  scopeSeparator: 'space',
  openLineEvents: 'none',
  eventUnbindWithoutParams: 'ERROR_ARGUMENT',
  footerButtons: 'object',
  offlineExtended: 'confirm-mode-only',
  developerScope: false,
  bindingsOnUpdate: 'kept',
  userReadyForLocalApps: false,
  clickerIn: 'auth.user_id',
  actionContext: 'flat',
  offlineClearWins: 'message_id',
  robotWaitsByDefault: false,
  placementErrorsWith200: 1,
  authTypeGivesToken: false,
  robotRefreshToken: false,
  oldRefreshTokenSeconds: 0,
  oauthErrorStatus: 400,
  localhostHandlers: 'refused',
  fieldsStayAfterUninstall: true,
  systemUserSeesTickets: false,
};

/** The sides of switches that are not yes or no; the rest (texts, durations) take any value of their kind. */
const SIDES: Partial<Record<keyof Doubts, readonly (string | number)[]>> = {
  authHost: ['oauth.bitrix.info', 'oauth.bitrix24.tech'],
  webhookAuthKeys: [5, 3],
  commentEventShape: ['data.ID', 'data.FIELDS.ID'],
  eventCodeCase: ['upper', 'camel'],
  operatingLimit: ['enforced', 'off'],
  noteScope: ['listed', 'unlisted', 'refused'],
  noteAccess: ['edit', 'view', 'none', 'absent'],
  messageAddError: ['CANCELED', 'MESSAGE_ADD_ERROR'],
  stageHistoryTypeError: ['ENTITY_TYPE_NOT_SUPPORTED', 'zero'],
  missingTypeError: ['zero', 'NOT_FOUND'],
  dealFieldPrefix: ['UF_CRM_DEAL_', 'UF_CRM_'],
  dealPreviousStageId: ['absent', 'present'],
  webhookAppInfo: ['answers', 'refused'],
  requiredErrorStatus: [400, 422],
  requiredErrorNames: ['first', 'all'],
  sessionStart: ['delivers', 'accepts-only', 'no-effect'],
  mailReplyBinding: ['contact', 'thread', 'ticket'],
  taskActivity: ['type-3', 'provider'],
  workTimeFormat: ['whole', 'minutes'],
  robotMovedBy: ['zero', 'trigger-user'],
  scopeSeparator: ['space', 'comma', 'comma-space'],
  eventUnbindWithoutParams: ['ERROR_ARGUMENT', 'deletes-all'],
  footerButtons: ['object', 'array'],
  openLineEvents: ['none', 'own-connector', 'all'],
  offlineExtended: ['confirm-mode-only', 'all-offline'],
  offlineClearWins: ['message_id', 'id'],
  bindingsOnUpdate: ['kept', 'removed'],
  clickerIn: ['auth.user_id', 'data.userId'],
  actionContext: ['flat', 'nested'],
  placementErrorsWith200: [1, 4],
  oauthErrorStatus: [400, 401],
  localhostHandlers: ['refused', 'taken'],
};

function isSide(name: string, value: unknown): boolean {
  const sides: unknown = Reflect.get(SIDES, name);
  if (Array.isArray(sides)) return sides.includes(value);
  return typeof value === typeof Reflect.get(DEFAULT_DOUBTS, name);
}

/** Sets switches by name from untrusted input; returns the names that do not exist or cannot take the value. */
export function setDoubts(doubts: Doubts, wanted: Readonly<Record<string, unknown>>): string[] {
  const refused: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (!Object.hasOwn(DEFAULT_DOUBTS, name) || !isSide(name, value)) refused.push(name);
    else Reflect.set(doubts, name, value);
  }
  return refused;
}
