import { AppBook } from '../apps/app-book.ts';
import type { SandboxClock } from '../clock.ts';
import type { Doubts } from '../doubts.ts';
import { ActivityStore } from './activity-store.ts';
import type { ActivityCard, Badge } from './activity-cards.ts';
import { CustomFieldBook } from './custom-fields.ts';
import type { Note, NoteCollection } from './notes.ts';
import { OwnerRecords } from './owner-records.ts';
import type {
  Chat,
  Comment,
  Company,
  Contact,
  HistoryRow,
  LogMessage,
  Notification,
  Task,
  Ticket,
  TicketRef,
  User,
  WorkflowTemplate,
} from './records.ts';
import { StageBook } from './stage-book.ts';
import type { TicketStore } from './ticket-store.ts';

/** Who changes something: a user of the portal, by hand or through REST, or a robot. */
export interface Actor {
  readonly userId: number;
  readonly robot: boolean;
}

export interface RobotRule {
  readonly stageId: string;
  readonly action: 'setStage' | 'comment';
  readonly value: string;
}

export interface PortalEvent {
  readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  /** Only this application hears of it: a press on a button of its own record. */
  readonly onlyApp?: string;
}

/** The answer of a request that carried an Idempotency-Key, with a digest of that request. */
export interface KeptAnswer {
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: unknown };
  readonly at: number;
}

/** Everything one portal knows. Plain state: the rules that change it are in the neighbouring files. */
export class Portal {
  readonly clock: SandboxClock;
  readonly doubts: Doubts;
  name = 'Portal';
  /** The professional plan has the extended offline queue. */
  plan: 'standard' | 'professional' = 'standard';
  /** The few words of the portal's own pages; the seed puts them into its language. */
  texts = { title: 'Title', robot: 'Automation' };
  version = 1;
  readonly users = new Map<number, User>();
  readonly stages = new StageBook();
  readonly customFields = new CustomFieldBook();
  readonly tickets = new Map<number, TicketStore>();
  readonly contacts = new Map<number, Contact>();
  readonly companies = new Map<number, Company>();
  readonly history = new OwnerRecords<HistoryRow>((row) => `${row.entityTypeId}:${row.ownerId}`);
  readonly activities = new ActivityStore();
  readonly tasks = new Map<number, Task>();
  readonly tasksByCrm = new Map<string, Set<Task>>();
  readonly comments = new OwnerRecords<Comment>((c) => `${c.entityType}:${c.entityId}`);
  readonly logs = new OwnerRecords<LogMessage>((l) => `${l.entityTypeId}:${l.entityId}`);
  readonly notifications = new OwnerRecords<Notification>((n) => String(n.userId));
  readonly notificationTags = new Set<string>();
  readonly chats = new Map<number, Chat>();
  /** Chats by their USER_CODE: an open-channel activity names the chat by it. */
  readonly chatsByCode = new Map<string, Chat>();
  readonly notes = new Map<number, Note>();
  readonly noteCollections = new Map<number, NoteCollection>();
  /** Answers kept for their Idempotency-Key. */
  readonly keptAnswers = new Map<string, KeptAnswer>();
  readonly robots: RobotRule[] = [];
  readonly workflows: WorkflowTemplate[] = [];
  /** Fields of the common card by `entityTypeId:categoryId`; a pipeline without an entry has the default card. */
  readonly cards = new Map<string, readonly string[]>();
  readonly apps = new AppBook();
  /** System users of applications: they act through REST and are listed nowhere. */
  readonly appUsers = new Map<number, User>();
  /** What configurable activities look like, by the activity's id. */
  readonly activityCards = new Map<number, ActivityCard>();
  readonly badges = new Map<string, Badge>();
  readonly #ids = new Map<string, number>();
  #listeners: ((event: PortalEvent) => void)[] = [];
  #changeListeners: (() => void)[] = [];
  readonly #stageListeners: ((ticket: Ticket, actor: Actor) => void)[] = [];

  constructor(clock: SandboxClock, doubts: Doubts) {
    this.clock = clock;
    this.doubts = doubts;
  }

  /** While the seed tells what happened before the start, the instant it is telling of; else null. */
  storyAt: number | null = null;

  /** Now, in the portal's resolution of whole seconds. */
  second(): number {
    return Math.floor((this.storyAt ?? this.clock.now()) / 1000) * 1000;
  }

  nextId(kind: string, first = 1): number {
    const id = this.#ids.get(kind) ?? first;
    this.#ids.set(kind, id + 1);
    return id;
  }

  store(entityTypeId: number): TicketStore | undefined {
    return this.tickets.get(entityTypeId);
  }

  ticket(ref: TicketRef): Ticket | undefined {
    return this.tickets.get(ref.entityTypeId)?.get(ref.id);
  }

  onEvent(listener: (event: PortalEvent) => void): void {
    this.#listeners.push(listener);
  }

  onChange(listener: () => void): () => void {
    this.#changeListeners.push(listener);
    return () => {
      this.#changeListeners = this.#changeListeners.filter((one) => one !== listener);
    };
  }

  /** Tells the pages that something is different; the version grows by one. */
  changed(): void {
    this.version += 1;
    for (const listener of this.#changeListeners) listener();
  }

  emit(code: string, data: Record<string, unknown>, actor: Actor, onlyApp?: string): void {
    const event = { code, data, actor, ...(onlyApp === undefined ? {} : { onlyApp }) };
    for (const listener of this.#listeners) listener(event);
  }

  /** Calls back when a ticket has reached a stage, after the portal's own robots of it. */
  onStage(listener: (ticket: Ticket, actor: Actor) => void): void {
    this.#stageListeners.push(listener);
  }

  stageReached(ticket: Ticket, actor: Actor): void {
    for (const listener of this.#stageListeners) listener(ticket, actor);
  }
}
