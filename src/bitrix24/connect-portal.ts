/** Connects one portal through an incoming webhook: everything of bitrix24/ that the rest of the app needs. */
import type { ClientChannels, IncomingMessages, TicketWriter } from '../app/ports/client.ts';
import type { Log, RequestBudget } from '../app/ports/runtime.ts';
import type { PortalProbe, SetupGateway } from '../app/ports/setup.ts';
import type { TicketGateway } from '../app/ports/tickets.ts';
import { createClientChannels } from './client-channels.ts';
import { createIncomingMessages } from './incoming-messages.ts';
import { readCalendarSettings } from './account.ts';
import { createPortalClient } from './portal-client.ts';
import { createPortalProbe } from './portal-probe.ts';
import { createSetupGateway } from './setup-gateway.ts';
import { createTicketGateway } from './ticket-gateway.ts';
import { createTicketWriter } from './ticket-writer.ts';
import { createTransport } from './transport.ts';
import { parseWebhookUrl } from './webhook-url.ts';

export interface PortalConnection {
  readonly webhookUrl: string;
  readonly portalId: string;
  readonly budget: RequestBudget;
  readonly log: Log;
  /** Limit of one request; the portal itself cuts after 60 s. */
  readonly timeoutMs?: number;
  /** Pause before the first repeat of a read; doubles with each. */
  readonly retryDelayMs?: number;
}

export interface Portal {
  readonly tickets: TicketGateway;
  readonly setup: SetupGateway;
  readonly probe: PortalProbe;
  readonly channels: ClientChannels;
  readonly writer: TicketWriter;
  readonly incoming: IncomingMessages;
  /** Answer of calendar.settings.get; null when the webhook may not ask it. */
  calendarSettings(): Promise<unknown>;
}

const TIMEOUT_MS = 65_000;
const RETRY_DELAY_MS = 500;

/** @throws AppError config-invalid when the webhook's address is no good; nothing is asked of the portal yet */
export function connectPortal(connection: PortalConnection): Portal {
  const { portalId, budget, log } = connection;
  const webhook = parseWebhookUrl(connection.webhookUrl);
  const client = createPortalClient({
    transport: createTransport(webhook, connection.timeoutMs ?? TIMEOUT_MS),
    portalId,
    budget,
    log,
    retryDelayMs: connection.retryDelayMs ?? RETRY_DELAY_MS,
  });
  return {
    tickets: createTicketGateway(client, log),
    setup: createSetupGateway(client),
    probe: createPortalProbe(client),
    channels: createClientChannels(client, log),
    writer: createTicketWriter(client, log),
    incoming: createIncomingMessages(client, log),
    calendarSettings: () => readCalendarSettings(client),
  };
}
