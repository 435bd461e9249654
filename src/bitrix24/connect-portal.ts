/** Connects one portal, through an incoming webhook or as an installed one: everything of bitrix24/ that the rest of the app needs. */
import type { KnowledgeBase, SolvedTickets } from '../app/ports/knowledge.ts';
import type { ClientChannels, TicketWriter } from '../app/ports/client.ts';
import type { IncomingMessages } from '../app/ports/incoming.ts';
import type { AppRegistrar } from '../app/ports/registration.ts';
import type { RobotAnswers } from '../app/ports/robots.ts';
import type { TriggerCaller } from '../app/ports/triggers.ts';
import type { PastPortal } from '../app/ports/past.ts';
import type { Log, RequestBudget } from '../app/ports/runtime.ts';
import type { SettingsGateway } from '../app/ports/settings.ts';
import type { PortalProbe, SetupGateway } from '../app/ports/setup.ts';
import type { TicketsOfClient } from '../app/ports/journal.ts';
import type { TicketGateway } from '../app/ports/tickets.ts';
import type { TimelineCards } from '../app/ports/timeline-cards.ts';
import { createAppRegistrar } from './app-registrar.ts';
import { createClientChannels } from './client-channels.ts';
import { createIncomingMessages } from './incoming-messages.ts';
import { readCalendarSettings } from './account.ts';
import { createKnowledgeBase } from './knowledge-base.ts';
import { createSolvedTickets } from './solved-tickets.ts';
import { createOAuthTransport } from './oauth-transport.ts';
import type { PortalAccess } from './portal-access.ts';
import { createPortalClient } from './portal-client.ts';
import { createPastPortal } from './past-portal.ts';
import { createPortalProbe } from './portal-probe.ts';
import { createRobotAnswers } from './robot-answers.ts';
import { createSettingsGateway } from './settings-gateway.ts';
import { createSetupGateway } from './setup-gateway.ts';
import { KnownCards } from './known-cards.ts';
import { createTicketGateway } from './ticket-gateway.ts';
import { createTicketsOfClient } from './tickets-of-client.ts';
import { createTicketWriter } from './ticket-writer.ts';
import { createTimelineCards } from './timeline-cards.ts';
import { createTransport } from './transport.ts';
import { createTriggerCaller } from './trigger-caller.ts';
import type { Transport } from './transport.ts';
import { parseWebhookUrl } from './webhook-url.ts';
import { createWriteBatches } from './write-batches.ts';

export interface PortalConnection extends ConnectionSettings {
  readonly webhookUrl: string;
}

export interface InstalledPortalConnection extends ConnectionSettings {
  readonly access: PortalAccess;
}

interface ConnectionSettings {
  readonly portalId: string;
  readonly budget: RequestBudget;
  readonly log: Log;
  /** Limit of one request; the portal itself cuts after 60 s. */
  readonly timeoutMs?: number;
  /** Parts of names, in lower case, that hint at the support team's own knowledge base. */
  readonly knowledgeBaseHints?: readonly string[];
  /** Pause before the first repeat of a read; doubles with each. */
  readonly retryDelayMs?: number;
}

export interface Portal {
  readonly tickets: TicketGateway;
  readonly setup: SetupGateway;
  readonly settings: SettingsGateway;
  /** Reads only. */
  readonly past: PastPortal;
  readonly probe: PortalProbe;
  readonly channels: ClientChannels;
  readonly writer: TicketWriter;
  readonly incoming: IncomingMessages;
  readonly knowledge: KnowledgeBase;
  readonly solved: SolvedTickets;
  readonly ticketsOfClient: TicketsOfClient;
  /** Installed portals only: a webhook is refused by every method of it. */
  readonly registrar: AppRegistrar;
  /** Installed portals only. */
  readonly timelineCards: TimelineCards;
  /** Installed portals only, as the registrar. */
  readonly robots: RobotAnswers;
  readonly triggers: TriggerCaller;
  /** Answer of calendar.settings.get; null when the webhook may not ask it. */
  calendarSettings(): Promise<unknown>;
}

const TIMEOUT_MS = 65_000;
const RETRY_DELAY_MS = 500;

/** @throws AppError config-invalid when the webhook's address is no good; nothing is asked of the portal yet */
export function connectPortal(connection: PortalConnection): Portal {
  const webhook = parseWebhookUrl(connection.webhookUrl);
  return connectOver(createTransport(webhook, connection.timeoutMs ?? TIMEOUT_MS), connection);
}

/** A portal that installed the app; its key is asked for when the first request is made. */
export function connectInstalledPortal(connection: InstalledPortalConnection): Portal {
  const { access, timeoutMs = TIMEOUT_MS } = connection;
  return connectOver(createOAuthTransport(access, timeoutMs), connection);
}

function connectOver(transport: Transport, connection: ConnectionSettings): Portal {
  const { portalId, budget, log } = connection;
  const client = createPortalClient({
    transport,
    portalId,
    budget,
    log,
    retryDelayMs: connection.retryDelayMs ?? RETRY_DELAY_MS,
  });
  const cards = new KnownCards();
  const tickets = createTicketGateway(client, log, { cards });
  return {
    tickets,
    past: createPastPortal(client, tickets),
    setup: createSetupGateway(client),
    settings: createSettingsGateway(client),
    probe: createPortalProbe(client),
    channels: createClientChannels(client, log, cards),
    writer: createTicketWriter(client, log),
    incoming: createIncomingMessages(client, log),
    knowledge: createKnowledgeBase(client, connection.knowledgeBaseHints),
    solved: createSolvedTickets(client),
    ticketsOfClient: createTicketsOfClient(client),
    registrar: createAppRegistrar(client),
    timelineCards: createTimelineCards(client, createWriteBatches(client, log), log),
    robots: createRobotAnswers(client, log),
    triggers: createTriggerCaller(client),
    calendarSettings: () => readCalendarSettings(client),
  };
}
