/** What the command-line tools are given by the composition root (`composeTools` in compose.ts). */
import type { ExportDeps } from '../export-documentation.ts';
import type { RoleHint } from '../../core/guess-stage-roles.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { TextWords } from '../../core/text-quality.ts';
import type { Instant } from '../../core/ticket.ts';
import type { ClientDeps } from '../client-deps.ts';
import type { ListDeps } from '../ticket-lists.ts';
import type { Outbox, SuppressedReplies } from './client.ts';
import type { KnowledgeDeps } from '../knowledge/knowledge-deps.ts';
import type { OwnTemplateParts } from './own-templates.ts';
import type { PastPortal } from './past.ts';
import type { DoctorNotes } from './doctor.ts';
import type { EventCounters } from './rings.ts';
import type { LookAtCalendar, ReadPolicyDocument, SettingsGateway } from './settings.ts';
import type { FieldSpec, PortalProbe, SetupGateway } from './setup.ts';
import type { ClientRecords, JournalArchive, PolicyArchive, TicketsOfClient } from './journal.ts';
import type { MassClosings } from './mass-closings.ts';
import type { Clock } from './runtime.ts';
import type { RunLog } from './runs.ts';
import type { Journal, PolicyStore } from './state.ts';
import type { Language } from './texts.ts';

/** How the store keeps what it is given; `unknown` where the server does not tell (managed services forbid CONFIG). */
export interface StoreStanding {
  readonly appendonly: 'yes' | 'no' | 'unknown';
  readonly maxmemoryPolicy: string;
  /** The in-process stand-in that forgets everything at exit. */
  readonly memoryOnly: boolean;
}

export interface StoreProbe {
  /** Throws store-unavailable when the store does not answer. */
  standing(): Promise<StoreStanding>;
}

export interface CalendarWarning {
  readonly code: 'no-data' | 'portal-missing' | 'portal-unreadable';
  /** Year without data, or the name of the field that cannot be read. */
  readonly what: string;
}

/** What a person should know of the working calendar of these years. Throws portal faults. */
export interface CalendarProbe {
  warnings(
    policy: ClosingPolicy,
    fromYear: number,
    toYear: number,
  ): Promise<readonly CalendarWarning[]>;
  /** Working days among the next `days`, all layers of the calendar together. */
  workingDaysAhead?(policy: ClosingPolicy, from: Instant, days: number): Promise<number>;
}

/** Words of the command line by key, from the locale files; `count` chooses the plural form. */
export type Say = (
  language: Language,
  key: string,
  params?: Readonly<Record<string, string | number>>,
) => string;

export interface InstalledTarget {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oauthOrigins: readonly string[];
  readonly secret: string;
  readonly oldSecrets: readonly string[];
  /** null: the only one there is. */
  readonly portal: string | null;
}

/** What `composeTools` needs; secrets are revealed only here. */
export interface ToolsInput {
  /** '' where the portal is one that installed the app. */
  readonly webhookUrl: string;
  /** The application, when a command works on a portal that installed it. */
  readonly installed?: InstalledTarget;
  /** null: find or embed a Redis under dataDir. */
  readonly redisUrl: string | null;
  readonly dataDir: string;
  /** Left out for webhook mode; the demonstration keeps its state apart. */
  readonly portalId?: string;
  /** How long the journal keeps its lines; left out: the default. */
  readonly retention?: { readonly days: number; readonly lines: number } | undefined;
  /** Folder and days of the log of REST requests; left out: none is kept. */
  readonly requestLog?: { readonly dir: string; readonly days: number };
  /** What links in messages are made of, the same as the service's; left out where no secret is set. */
  readonly links?: { readonly secret: string; readonly publicUrl: string };
}

/** What one portal is looked over and set up with, whether by a command or by a page inside it. */
export interface PortalTools {
  readonly portalId: string;
  readonly setup: SetupGateway;
  readonly probe: PortalProbe;
  readonly past: PastPortal;
  /** What the knowledge-base use cases work with. */
  readonly knowledge: KnowledgeDeps;
  /** What the export of documentation works with. */
  readonly documents: ExportDeps;
  /** What the text criterion goes by. */
  readonly words: TextWords;
  readonly policies: PolicyStore;
  readonly journal: Journal;
  readonly archive: JournalArchive;
  readonly policyArchive: PolicyArchive;
  /** Message templates that the portal words itself. */
  readonly templates: OwnTemplateParts;
  readonly clientRecords: ClientRecords;
  readonly ticketsOfClient: TicketsOfClient;
  readonly storeProbe: StoreProbe;
  readonly eventCounters: EventCounters;
  readonly calendar: CalendarProbe;
  /** What the settings pages read. */
  readonly settings: SettingsGateway;
  readonly lookAtCalendar: LookAtCalendar;
  readonly readDocument: ReadPolicyDocument;
  readonly fieldSpecs: readonly FieldSpec[];
  /** Parts of stage names that hint at a role, for the first guess. */
  readonly roleHints: readonly RoleHint[];
  readonly clock: Clock;
  readonly suppressed: SuppressedReplies;
  readonly outbox: Outbox;
  readonly runs: RunLog;
  /** What the lead's lists are gathered with; needs no secret, because it signs nothing. */
  readonly lists: () => ListDeps;
  /** The client's side, for what a person takes back; null where links cannot be signed. */
  readonly client: (() => ClientDeps) | null;
  /** Answers and last results of the self-check. */
  readonly doctorNotes: DoctorNotes;
  /** What can be taken back as a whole. */
  readonly massClosings: MassClosings;
}

/** The same for a command, which opened what it stands on. */
export interface Tools extends PortalTools {
  close(): Promise<void>;
}
