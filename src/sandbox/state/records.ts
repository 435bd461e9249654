/** The records a portal keeps. Instants are epoch milliseconds. */

export type Semantics = null | 'S' | 'F';
/** A custom field's stored value: lists hold item ids, date-times epoch milliseconds, booleans 0 or 1. */
export type UfScalar = string | number;
export type UfValue = null | UfScalar | readonly UfScalar[];

export interface TicketRef {
  readonly entityTypeId: number;
  readonly id: number;
}

export interface User {
  readonly id: number;
  readonly name: string;
  readonly lastName: string;
  readonly email: string;
  readonly role: string;
  admin: boolean;
  /** user.get goes on telling of people who have left, as inactive. */
  dismissed?: boolean;
}

export interface Pipeline {
  readonly entityTypeId: number;
  readonly categoryId: number;
  name: string;
  readonly isDefault: boolean;
  readonly sort: number;
}

export interface Stage {
  readonly id: number;
  readonly entityTypeId: number;
  readonly categoryId: number;
  readonly stageId: string;
  name: string;
  readonly color: string;
  readonly semantics: Semantics;
  readonly sort: number;
  readonly system: boolean;
  /** Names of fields without which a ticket may not enter this stage. */
  required: string[];
  /** The portal's own rights: who may move a ticket here; null: everybody. Administrators always may. */
  movers: ReadonlySet<number> | null;
}

/** A workflow template as bizproc.workflow.template.list tells it. */
export interface WorkflowTemplate {
  readonly id: number;
  readonly name: string;
  /** DEAL or DYNAMIC_{entityTypeId}. */
  readonly documentType: string;
  /** 0 by hand, 1 on creation, 2 on modification, 3 on both. */
  readonly autoExecute: 0 | 1 | 2 | 3;
}

export interface SmartProcess {
  readonly id: number;
  readonly entityTypeId: number;
  readonly title: string;
}

export interface Ticket {
  readonly entityTypeId: number;
  readonly id: number;
  title: string;
  categoryId: number;
  stageId: string;
  previousStageId: string;
  assignedById: number;
  createdBy: number;
  updatedBy: number;
  movedBy: number;
  readonly createdTime: number;
  updatedTime: number;
  movedTime: number;
  lastActivityTime: number;
  opened: 'Y' | 'N';
  contactIds: number[];
  companyId: number;
  observers: number[];
  sourceId: string;
  sourceDescription: string;
  originatorId: string;
  originId: string;
  xmlId: string;
  comments: string;
  begindate: number;
  closedate: number | null;
  parents: Map<number, number>;
  uf: Map<string, UfValue>;
  hidden: boolean;
  /** Users who may not see the ticket though others do. */
  hiddenFrom: Set<number>;
}

export interface Contact {
  readonly id: number;
  readonly name: string;
  readonly lastName: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
}

export interface Company {
  readonly id: number;
  readonly title: string;
  readonly emails: readonly string[];
}

export interface HistoryRow {
  readonly id: number;
  readonly typeId: 1 | 2 | 3 | 5;
  readonly entityTypeId: number;
  readonly ownerId: number;
  readonly createdTime: number;
  readonly categoryId: number;
  readonly semantics: 'P' | 'S' | 'F';
  readonly stageId: string;
  /** Known to the portal, told by no method. */
  readonly authorId: number;
}

export interface FieldItem {
  readonly id: number;
  readonly value: string;
  readonly xmlId: string;
  readonly sort: number;
  readonly def: 'Y' | 'N';
}

export interface CustomField {
  readonly id: number;
  /** CRM_DEAL or CRM_{type.id}. */
  readonly entityId: string;
  readonly entityTypeId: number;
  readonly name: string;
  readonly camelName: string;
  readonly type: string;
  readonly multiple: boolean;
  mandatory: boolean;
  xmlId: string | null;
  sort: number;
  showFilter: string;
  showInList: 'Y' | 'N';
  editInList: 'Y' | 'N';
  isSearchable: 'Y' | 'N';
  settings: Record<string, unknown>;
  labels: Record<'editFormLabel' | 'listColumnLabel' | 'listFilterLabel', Record<string, string>>;
  items: FieldItem[];
  /** Not made through REST: part of the portal as it was found. */
  readonly native: boolean;
}

export interface Binding {
  readonly ownerTypeId: number;
  readonly ownerId: number;
}

export interface Activity {
  readonly id: number;
  readonly bindings: readonly Binding[];
  readonly typeId: number;
  readonly providerId: string;
  readonly providerTypeId: string;
  readonly associatedEntityId: number;
  readonly direction: number;
  subject: string;
  readonly description: string;
  readonly descriptionType: number;
  responsibleId: number;
  readonly authorId: number;
  readonly created: number;
  lastUpdated: number;
  readonly startTime: number;
  readonly endTime: number;
  deadline: number | null;
  completed: boolean;
  originatorId: string | null;
  originId: string | null;
  readonly settings: Record<string, unknown>;
  readonly providerParams: Record<string, unknown>;
  readonly communications: readonly Communication[];
  /** True for a letter that really left the portal. */
  readonly sent: boolean;
}

export interface Communication {
  readonly value: string;
  readonly entityId: number;
  readonly entityTypeId: number;
}

export interface Task {
  readonly id: number;
  readonly title: string;
  readonly createdBy: number;
  readonly responsibleId: number;
  readonly createdDate: number;
  readonly deadline: number | null;
  closedDate: number | null;
  status: number;
  /** CRM links in short code form: D_10, T40a_3. */
  readonly crm: readonly string[];
  activityId: number;
}

export interface Comment {
  readonly id: number;
  readonly entityType: string;
  readonly entityId: number;
  readonly authorId: number;
  readonly at: number;
  readonly text: string;
}

export interface LogMessage {
  readonly id: number;
  readonly entityTypeId: number;
  readonly entityId: number;
  readonly authorId: number;
  readonly at: number;
  readonly title: string;
  readonly text: string;
  readonly iconCode: string;
}

export interface Notification {
  readonly id: number;
  readonly userId: number;
  /** 0 for a system notification. */
  readonly authorId: number;
  readonly at: number;
  readonly text: string;
  readonly tag: string;
  readonly subTag: string;
  read: boolean;
}

export interface ChatMessage {
  readonly id: number;
  readonly sessionId: number;
  readonly at: number;
  /** 0 for the system. */
  readonly senderId: number;
  readonly text: string;
  /** False for a message the client's messenger never showed. */
  readonly delivered: boolean;
}

export interface Chat {
  readonly id: number;
  readonly connectorId: string;
  readonly lineId: number;
  readonly connectorChatId: number;
  readonly clientUserId: number;
  readonly clientName: string;
  readonly bindings: readonly Binding[];
  readonly members: Set<number>;
  sessionId: number;
  /** An operator has accepted the dialog and nobody has finished it. */
  active: boolean;
  /** Taken up by session.start after its end: messages may not reach the client (S7). */
  undelivered: boolean;
  readonly messages: ChatMessage[];
}
