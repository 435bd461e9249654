import { addTicket, deleteTicket } from './state/add-ticket.ts';
import type { NewTicket } from './state/add-ticket.ts';
import { clientBindings, ownerOf, receiveLetter, recordLetter } from './state/activities.ts';
import type { Letter } from './state/activities.ts';
import { refuseOn } from './card-refusal.ts';
import { changeTicket } from './state/change-ticket.ts';
import { chatsOf, finishChat, openChat, writeToChat } from './state/chats.ts';
import { defineField } from './state/define-field.ts';
import type { NewField } from './state/define-field.ts';
import type { Portal } from './state/portal.ts';
import type {
  Activity,
  Chat,
  Comment,
  Company,
  Contact,
  CustomField,
  HistoryRow,
  LogMessage,
  Notification,
  Stage,
  Task,
  Ticket,
  TicketRef,
  User,
  WorkflowTemplate,
} from './state/records.ts';
import type { NewStage } from './state/stage-book.ts';
import { saveNote } from './state/notes.ts';
import type { Note } from './state/notes.ts';
import { addTask, closeTask, crmCode, tasksOf } from './state/tasks.ts';
import { entityTypeName } from './state/timeline.ts';

export { CardRefusal } from './card-refusal.ts';

/** What people do on the portal by hand: for tests, the page and the demo. Throws when a ticket is not there. */
export class SandboxControl {
  readonly #portal: Portal;

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  ticket(ref: TicketRef): Ticket {
    const ticket = this.#portal.ticket(ref);
    if (!ticket) throw new Error(`No ticket ${ref.entityTypeId}:${ref.id}`);
    return ticket;
  }

  findTicket(ref: TicketRef): Ticket | undefined {
    return this.#portal.ticket(ref);
  }

  tickets(entityTypeId: number): Ticket[] {
    return [...(this.#portal.store(entityTypeId)?.all() ?? [])];
  }

  createTicket(wanted: NewTicket, userId = 2): TicketRef {
    const { entityTypeId, id } = addTicket(this.#portal, wanted, { userId, robot: false });
    return { entityTypeId, id };
  }

  /** Many tickets at once; events are sent for each, as for single ones. */
  bulkCreate(count: number, wanted: NewTicket, userId = 2): TicketRef[] {
    return Array.from({ length: count }, (_, index) =>
      this.createTicket({ ...wanted, title: `${wanted.title} ${index + 1}` }, userId),
    );
  }

  /** Drags the card. Throws CardRefusal when the stage requires fields that are empty. */
  moveTicket(ref: TicketRef, stageId: string, userId: number, categoryId?: number): void {
    const fields = categoryId === undefined ? { stageId } : { stageId, categoryId };
    this.#change(ref, fields, userId);
  }

  /** A robot's move: no required fields are checked; movedBy as doubt S14 says. */
  robotMove(ref: TicketRef, stageId: string, triggerUserId: number): void {
    const actor = { userId: triggerUserId, robot: true };
    changeTicket(this.#portal, this.ticket(ref), { fields: { stageId }, original: true, actor });
  }

  /** Saves fields in the card by their original names. */
  setFields(ref: TicketRef, fields: Readonly<Record<string, unknown>>, userId: number): void {
    this.#change(ref, fields, userId);
  }

  #change(ref: TicketRef, fields: Readonly<Record<string, unknown>>, userId: number): void {
    const actor = { userId, robot: false };
    const outcome = changeTicket(this.#portal, this.ticket(ref), { fields, original: true, actor });
    refuseOn(outcome);
  }

  deleteTicket(ref: TicketRef, userId = 2): void {
    deleteTicket(this.#portal, this.ticket(ref), { userId, robot: false });
  }

  notes(): readonly Note[] {
    return [...this.#portal.notes.values()];
  }

  note(id: number): Note {
    const note = this.#portal.notes.get(id);
    if (!note) throw new RangeError(`No article ${id}`);
    return note;
  }

  /** Somebody types in the article and has not saved yet; 0: left without saving. */
  editNote(id: number, userId: number): void {
    this.note(id).unsavedBy = userId;
    this.#portal.changed();
  }

  saveNote(id: number, markdown: string, userId: number): void {
    saveNote(this.#portal, this.note(id), { markdown }, userId);
  }

  /** Takes the ticket out of the webhook user's sight, or gives it back. */
  hideTicket(ref: TicketRef, hidden = true): void {
    this.ticket(ref).hidden = hidden;
  }

  /** Takes the ticket out of one user's sight, or gives it back. */
  hideTicketFrom(ref: TicketRef, userId: number, hidden = true): void {
    const { hiddenFrom } = this.ticket(ref);
    if (hidden) hiddenFrom.add(userId);
    else hiddenFrom.delete(userId);
  }

  /** Opens a dialog for the ticket: bound to a deal and its client; for smart processes to the client only. */
  addChat(ref: TicketRef, operatorId?: number): Chat {
    const ticket = this.ticket(ref);
    const client = clientBindings(ticket);
    const contact = this.#portal.contacts.get(ticket.contactIds[0] ?? 0);
    return openChat(this.#portal, {
      bindings: ref.entityTypeId === 2 ? [ownerOf(ticket), ...client] : client,
      clientName: contact ? `${contact.name} ${contact.lastName}` : 'Guest',
      operatorId: operatorId ?? ticket.assignedById,
    });
  }

  /** Dialogs of the ticket, or of its client where the ticket can have none. */
  chats(ref: TicketRef): Chat[] {
    const ticket = this.ticket(ref);
    const owners = ref.entityTypeId === 2 ? [ownerOf(ticket)] : clientBindings(ticket);
    return [...new Set(owners.flatMap((owner) => chatsOf(this.#portal, owner)))];
  }

  clientWrites(ref: TicketRef, text: string): void {
    const chat = this.chats(ref)[0] ?? this.addChat(ref);
    writeToChat(this.#portal, chat, { senderId: chat.clientUserId, text });
  }

  operatorWrites(ref: TicketRef, text: string, userId: number): void {
    const chat = this.chats(ref)[0] ?? this.addChat(ref, userId);
    chat.members.add(userId);
    writeToChat(this.#portal, chat, { senderId: userId, text });
  }

  finishChat(ref: TicketRef, userId: number): void {
    for (const chat of this.chats(ref)) finishChat(this.#portal, chat, userId);
  }

  addEmail(ref: TicketRef, letter: Letter, userId = 2): Activity {
    return recordLetter(this.#portal, this.ticket(ref), letter, userId);
  }

  /** A letter that CRM files by its sender's address alone. */
  receiveLetter(from: string, subject: string, text: string): Activity {
    return receiveLetter(this.#portal, from, { direction: 'in', subject, text });
  }

  /** Letters that left the portal, oldest first. */
  sentLetters(): Activity[] {
    return [...this.#portal.activities.all()].filter((a) => a.typeId === 4 && a.sent);
  }

  addContact(contact: Omit<Contact, 'id'>): number {
    const id = this.#portal.nextId('contact', 101);
    this.#portal.contacts.set(id, { ...contact, id });
    return id;
  }

  addCompany(company: Omit<Company, 'id'>): number {
    const id = this.#portal.nextId('company', 51);
    this.#portal.companies.set(id, { ...company, id });
    return id;
  }

  addTask(ref: TicketRef, title: string, userId = 2): Task {
    const wanted = { title, responsibleId: userId, crm: [crmCode(ref)] };
    return addTask(this.#portal, wanted, { userId, robot: false });
  }

  closeTask(taskId: number, userId = 2): void {
    const task = this.#portal.tasks.get(taskId);
    if (!task) throw new Error(`No task ${taskId}`);
    closeTask(this.#portal, task, { userId, robot: false });
  }

  tasks(ref: TicketRef): Task[] {
    return [...tasksOf(this.#portal, crmCode(ref))];
  }

  /** Adds a stage at the end of the pipeline. */
  addStage(entityTypeId: number, categoryId: number, stage: NewStage): Stage {
    const { stages } = this.#portal;
    const pipeline = stages.pipeline(entityTypeId, categoryId);
    if (!pipeline) throw new Error(`No pipeline ${entityTypeId}:${categoryId}`);
    const last = stages.stagesOf(entityTypeId, categoryId).at(-1)?.sort ?? 0;
    this.#portal.changed();
    return stages.addStage(pipeline, stage, last + 10);
  }

  renameStage(stageId: string, name: string): void {
    this.stage(stageId).name = name;
    this.#portal.changed();
  }

  /** Deletes the stage; its tickets stay on it, as after a deletion behind the app's back. */
  deleteStage(stageId: string): void {
    this.#portal.stages.delete(this.stage(stageId));
    this.#portal.changed();
  }

  /** Sets which fields the card and crm.item.update demand on entering the stage (inside its pipeline). */
  requireFieldOnStage(stageId: string, fieldNames: readonly string[]): void {
    this.stage(stageId).required = [...fieldNames];
  }

  /** The portal's own lock: only these users (and administrators) may move a ticket to the stage; null: everybody. */
  lockStage(stageId: string, userIds: readonly number[] | null): void {
    this.stage(stageId).movers = userIds && new Set(userIds);
  }

  /** What the common card of a pipeline shows; null: back to the portal's default card. */
  setCard(entityTypeId: number, categoryId: number, fieldNames: readonly string[] | null): void {
    const key = `${entityTypeId}:${categoryId}`;
    if (fieldNames === null) this.#portal.cards.delete(key);
    else this.#portal.cards.set(key, fieldNames);
  }

  addWorkflow(workflow: Omit<WorkflowTemplate, 'id'>): void {
    this.#portal.workflows.push({ ...workflow, id: this.#portal.nextId('workflow', 301) });
  }

  dismissUser(userId: number, dismissed = true): void {
    const user = this.#portal.users.get(userId);
    if (user) user.dismissed = dismissed;
  }

  stage(stageId: string): Stage {
    const stage = this.#portal.stages.findByStatusId(stageId);
    if (!stage) throw new Error(`No stage ${stageId}`);
    return stage;
  }

  /** The administrator's setting that lets items of `parent` be parents of items of `child`; or takes it back. */
  relateTypes(child: number, parent: number, related = true): void {
    const { relations } = this.#portal.stages;
    if (related) relations.link(child, parent);
    else relations.unlink(child, parent);
  }

  addField(field: NewField): CustomField {
    return defineField(this.#portal, field);
  }

  /** Hires somebody: a portal of twenty agents needs more people than the seed has. */
  addUser(user: User): void {
    this.#portal.users.set(user.id, { ...user });
  }

  set plan(plan: Portal['plan']) {
    this.#portal.plan = plan;
  }
  setAdmin(userId: number, admin: boolean): void {
    const user = this.#portal.users.get(userId);
    if (user) user.admin = admin;
  }

  comments(ref: TicketRef): readonly Comment[] {
    return this.#portal.comments.of(`${entityTypeName(ref.entityTypeId)}:${ref.id}`);
  }

  logs(ref: TicketRef): readonly LogMessage[] {
    return this.#portal.logs.of(`${ref.entityTypeId}:${ref.id}`);
  }

  history(ref: TicketRef): readonly HistoryRow[] {
    return this.#portal.history.of(`${ref.entityTypeId}:${ref.id}`);
  }

  activities(ref: TicketRef): Activity[] {
    return this.#portal.activities.of({ ownerTypeId: ref.entityTypeId, ownerId: ref.id });
  }

  notifications(userId: number): readonly Notification[] {
    return this.#portal.notifications.of(String(userId));
  }
}
