/** Fake surroundings of the command-line tools: a portal with one support pipeline, and stores in memory. */
import type { EventCounts } from '../../src/app/ports/rings.ts';
import type {
  CrmField,
  FieldSetReport,
  FieldSpec,
  PortalPipeline,
  PortalProbe,
  RequiredField,
  SetupGateway,
  StaffStanding,
} from '../../src/app/ports/setup.ts';
import type { PortalStage } from '../../src/app/ports/tickets.ts';
import type { CalendarWarning, StoreStanding, Tools } from '../../src/app/ports/tools.ts';
import { fieldSpecs } from '../../src/app/field-specs.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { NO_WORDS } from '../../src/core/text-quality.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { readPolicyDocument } from '../../src/redis/policy-documents.ts';
import { roleHints } from '../../src/text/catalog.ts';
import { fieldLabel } from '../../src/text/field-labels.ts';
import { aPolicy } from './a-policy.ts';
import {
  FakeMassClosings,
  FakeMoments,
  FakeOutbox,
  FakeRuns,
  FakeSuppressed,
} from './fake-client-stores.ts';
import { aClientScene } from './a-client-side.ts';
import { aGate } from './a-gate.ts';
import { aWorkingTime } from './a-working-time.ts';
import { createDocumentationTexts } from '../../src/text/documentation-texts.ts';
import {
  FakeArchive,
  FakeClientRecords,
  FakePolicyArchive,
  FakeTicketsOfClient,
} from './fake-journal-archive.ts';
import { FakeDoctorNotes } from './fake-doctor-notes.ts';
import { aKnowledgeScene } from './fake-knowledge.ts';
import { FakeJournal, FakePolicies } from './fake-state.ts';
import { fakeTemplates } from './fake-templates.ts';
import type { FakeTemplates } from './fake-templates.ts';
import { FakePast } from './fake-past.ts';
import { fakeCalendarLook, FakeSettings } from './fake-settings.ts';

export const SERVER_TIME = Date.parse('2026-03-02T12:00:00+03:00');

type Semantics = PortalStage['semantics'];

export function aStage(
  stageId: string,
  name: string,
  sort: number,
  semantics: Semantics = 'process',
): PortalStage {
  return { entityTypeId: 2, categoryId: 5, stageId, name, sort, semantics };
}

/** Deliberately not in the board's order. */
export const SUPPORT_STAGES: readonly PortalStage[] = [
  aStage('C5:WON', 'Закрыто', 50, 'success'),
  aStage('C5:NEW', 'Новое', 10),
  aStage('C5:WORK', 'В работе', 20),
  aStage('C5:CHECK', 'Проверка решения', 30),
  aStage('C5:LOSE', 'Отклонено', 60, 'failure'),
  { ...aStage('C9:WON', 'Другая воронка', 10, 'success'), categoryId: 9 },
];

export class FakeSetupGateway implements SetupGateway {
  pipelines: PortalPipeline[] = [
    { entityTypeId: 2, categoryId: 0, name: 'Продажи' },
    { entityTypeId: 2, categoryId: 5, name: 'Поддержка' },
  ];
  stages: readonly PortalStage[] = SUPPORT_STAGES;
  tickets = 0;
  now = SERVER_TIME;
  /** Custom fields as people see them. */
  crmFields: readonly CrmField[] = [];
  /** Fields that exist already. */
  readonly present = new Set<string>();

  async listPipelines(entityTypeId: number): Promise<readonly PortalPipeline[]> {
    return this.pipelines.filter((pipeline) => pipeline.entityTypeId === entityTypeId);
  }
  async listStages(): Promise<readonly PortalStage[]> {
    return this.stages;
  }
  async countTickets(): Promise<number> {
    return this.tickets;
  }
  async ensureFields(
    _entityTypeId: number,
    specs: readonly FieldSpec[],
    progress: (done: number, total: number) => void,
  ): Promise<FieldSetReport> {
    const { fields, options } = aPolicy();
    const created = specs.map(({ key }) => key).filter((key) => !this.present.has(key));
    for (const [index, key] of specs.map((spec) => spec.key).entries()) {
      this.present.add(key);
      progress(index + 1, specs.length);
    }
    return { fields, options, created };
  }
  async listFields(): Promise<readonly CrmField[]> {
    return this.crmFields;
  }
  async appUserId(): Promise<number> {
    return 1;
  }
  async serverTime(): Promise<number> {
    return this.now;
  }
}

export class FakeProbe implements PortalProbe {
  granted: readonly string[] = [
    'crm',
    'im',
    'user_brief',
    'imopenlines',
    'task',
    'calendar',
    'userfieldconfig',
  ];
  admin = true;
  access: 'ok' | 'read-only' | 'none' = 'ok';
  now = SERVER_TIME;
  fields: readonly string[] = Object.values(aPolicy().fields);
  items: Readonly<Record<string, readonly number[]>> = itemsOf(aPolicy());
  stages: readonly PortalStage[] = SUPPORT_STAGES;
  ticket: TicketRef | null = { entityTypeId: 2, id: 759 };
  nudged: ClosingPolicy[] = [];
  /** What the portal does once a ticket was nudged. */
  onNudge: () => void = () => undefined;

  async scopes(): Promise<readonly string[]> {
    return this.granted;
  }
  async profile() {
    return { id: 1, admin: this.admin };
  }
  async serverTime(): Promise<number> {
    return this.now;
  }
  async fieldNames(): Promise<readonly string[]> {
    return this.fields;
  }
  async listItems() {
    return this.items;
  }
  async listStages(): Promise<readonly PortalStage[]> {
    return this.stages;
  }
  async nudge(policy: ClosingPolicy): Promise<TicketRef | null> {
    this.nudged.push(policy);
    this.onNudge();
    return this.ticket;
  }
  async rights(): Promise<'ok' | 'read-only' | 'none'> {
    return this.access;
  }
  required: readonly RequiredField[] = [];
  /** null: nobody has changed the portal's default card. */
  card: readonly string[] | null = null;
  startOnChange: readonly string[] | null = [];
  people: ReadonlyMap<number, StaffStanding> | null = new Map();

  async requiredFields(): Promise<readonly RequiredField[]> {
    return this.required;
  }
  async cardFields(): Promise<readonly string[] | null> {
    return this.card;
  }
  async workflows(): Promise<readonly string[] | null> {
    return this.startOnChange;
  }
  async staff(): Promise<ReadonlyMap<number, StaffStanding> | null> {
    return this.people;
  }
}

function itemsOf({ fields, options }: ClosingPolicy): Record<string, readonly number[]> {
  return {
    [fields.kbDecision]: Object.values(options.kbDecision),
    [fields.confirmation]: Object.values(options.confirmation),
    [fields.closeReason]: Object.values(options.closeReason),
    [fields.outcome]: Object.values(options.outcome),
    [fields.mistakeCause]: Object.values(options.mistakeCause),
  };
}

export interface FakeTools extends Tools {
  readonly setup: FakeSetupGateway;
  readonly probe: FakeProbe;
  readonly past: FakePast;
  readonly policies: FakePolicies;
  readonly journal: FakeJournal;
  readonly archive: FakeArchive;
  readonly policyArchive: FakePolicyArchive;
  readonly templates: Tools['templates'] & { readonly store: FakeTemplates };
  readonly clientRecords: FakeClientRecords;
  readonly ticketsOfClient: FakeTicketsOfClient;
  readonly events: { counts: EventCounts };
  readonly store: { standing: StoreStanding };
  readonly suppressed: FakeSuppressed;
  readonly outbox: FakeOutbox;
  readonly doctorNotes: FakeDoctorNotes;
  readonly runs: FakeRuns;
  readonly calendarWarnings: CalendarWarning[];
  readonly settings: FakeSettings;
  closed: boolean;
}

export function fakeTools(policies: ClosingPolicy[] = []): FakeTools {
  const events: FakeTools['events'] = {
    counts: { accepted: 10, refused: 0, lastAt: null, lastCode: '', lastKey: '' },
  };
  const store: FakeTools['store'] = {
    standing: { appendonly: 'yes', maxmemoryPolicy: 'noeviction', memoryOnly: false },
  };
  const started = Date.now();
  const calendarWarnings: CalendarWarning[] = [];
  const setup = new FakeSetupGateway();
  return {
    calendarWarnings,
    calendar: { warnings: async () => calendarWarnings },
    portalId: 'webhook',
    setup,
    settings: new FakeSettings(setup),
    lookAtCalendar: fakeCalendarLook,
    readDocument: readPolicyDocument,
    probe: new FakeProbe(),
    past: new FakePast(),
    knowledge: aKnowledgeScene(policies).deps,
    documents: {
      ...aGate(policies).deps,
      moments: new FakeMoments(),
      documentation: createDocumentationTexts(),
      workingTime: async () => aWorkingTime(),
    },
    words: NO_WORDS,
    policies: new FakePolicies(policies),
    journal: new FakeJournal(),
    archive: new FakeArchive(),
    policyArchive: new FakePolicyArchive(),
    templates: fakeTemplates(),
    clientRecords: new FakeClientRecords(),
    ticketsOfClient: new FakeTicketsOfClient(),
    events,
    store,
    storeProbe: { standing: async () => store.standing },
    eventCounters: { read: async () => events.counts },
    fieldSpecs: fieldSpecs(fieldLabel),
    roleHints: roleHints(),
    clock: { now: () => SERVER_TIME + (Date.now() - started) },
    suppressed: new FakeSuppressed(),
    outbox: new FakeOutbox(),
    doctorNotes: new FakeDoctorNotes(),
    runs: new FakeRuns(),
    lists: () => aClientScene().deps,
    client: null,
    massClosings: new FakeMassClosings(),
    closed: false,
    async close() {
      this.closed = true;
    },
  };
}
