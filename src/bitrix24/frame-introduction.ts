/** Who opened a page inside the portal, asked of the portal's stored address in that user's name; and that user's own hand. */
import type { FrameUser, Hand, Introduction } from '../app/ports/frame.ts';
import type { Log, RequestBudget } from '../app/ports/runtime.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import type { BatchCommand } from './batch-command.ts';
import { ParentLinks } from './child-tickets.ts';
import { createKnowledgeBase } from './knowledge-base.ts';
import { localCode } from './oauth-client.ts';
import { createOAuthTransport } from './oauth-transport.ts';
import { openingCommands, openingLook } from './opening-look.ts';
import type { OpeningWish } from './opening-look.ts';
import type { PortalAccess } from './portal-access.ts';
import { createPortalClient } from './portal-client.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, integerOf, recordOf, textOf } from './read-value.ts';
import { createTicketGateway } from './ticket-gateway.ts';
import { createTicketWriter } from './ticket-writer.ts';
import type { Json } from './read-value.ts';
import { isPassing, valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

export interface UserConnection {
  readonly portalId: string;
  /** The stored, verified address; nothing a request names is ever asked. */
  readonly origin: string;
  readonly accessToken: string;
}

export interface FrameIntroducer {
  /**
   * One batch (PORTAL 7.2, 7.5). @throws AppError for outages
   * @param opening what the ticket's page shows first rides along
   */
  introduce(
    user: UserConnection,
    ref: TicketRef | null,
    opening?: OpeningWish | null,
  ): Promise<Introduction>;
  hand(user: UserConnection): Hand;
}

export interface FrameIntroducerOptions {
  readonly clientId: string;
  readonly budget: RequestBudget;
  readonly log: Log;
  readonly knowledgeBaseHints?: readonly string[];
}

/** Somebody waits for the page. */
const TIMEOUT_MS = 20_000;
const MOST_PORTALS = 200;
const READ = { priority: 'live', write: false, halt: false } as const;

export function createFrameIntroducer(options: FrameIntroducerOptions): FrameIntroducer {
  const known = new Map<string, ParentLinks>();
  return {
    async introduce(user, ref, opening = null) {
      let answers: ReadonlyMap<string, CommandResult>;
      const own = questions(ref);
      const links = linksOf(known, user.portalId);
      const before = { item: 'item', taken: own.length };
      const commands = opening === null ? [] : openingCommands(opening, links, before);
      try {
        answers = await clientOf(options, user).batch([...own, ...commands], READ);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return { kind: 'refused', why: 'token' };
      }
      const introduction = read(answers, ref, options.clientId);
      if (introduction.kind === 'refused' || opening === null) return introduction;
      const { log } = options;
      const asked = { commands, answers, item: said(answers.get('item')) };
      const around = { origin: user.origin, links, log };
      return { ...introduction, look: openingLook(opening, asked, around) };
    },
    hand(user) {
      const client = clientOf(options, user);
      return {
        tickets: createTicketGateway(client, options.log),
        writer: createTicketWriter(client, options.log),
        knowledge: createKnowledgeBase(client, options.knowledgeBaseHints),
      };
    },
  };
}

/** How a portal's types hang together is the same for all its users. */
function linksOf(known: Map<string, ParentLinks>, portalId: string): ParentLinks {
  const links = known.get(portalId) ?? new ParentLinks();
  known.delete(portalId);
  known.set(portalId, links);
  if (known.size > MOST_PORTALS) known.delete(known.keys().next().value ?? '');
  return links;
}

function questions(ref: TicketRef | null): readonly BatchCommand[] {
  const item = {
    key: 'item',
    method: 'crm.item.get',
    params: { entityTypeId: ref?.entityTypeId ?? 0, id: ref?.id ?? 0 },
  };
  return [
    { key: 'app', method: 'app.info', params: {} },
    { key: 'user', method: 'profile', params: {} },
    ...(ref === null ? [] : [item]),
  ];
}

function read(
  answers: ReadonlyMap<string, CommandResult>,
  ref: TicketRef | null,
  clientId: string,
): Introduction {
  const app = said(answers.get('app'));
  const profile = said(answers.get('user'));
  if (app === null || profile === null) return { kind: 'refused', why: 'token' };
  // A token of another application passes `profile` as well.
  if (!['', clientId].includes(localCode(app['CODE'])))
    return { kind: 'refused', why: 'foreign-app' };
  const user = userOf(profile);
  if (user === null) return { kind: 'refused', why: 'token' };
  const sees = ref === null || 'id' in recordOf(said(answers.get('item'))?.['item']);
  return sees ? { kind: 'known', user } : { kind: 'refused', why: 'ticket' };
}

/** null for a refusal; a passing failure is none, and the page says that the portal is away. */
function said(answer: CommandResult | undefined): Json | null {
  if (answer?.ok === false && isPassing(answer.code)) valueOf('batch', answer);
  return answer?.ok === true ? recordOf(answer.value) : null;
}

function userOf(profile: Json): FrameUser | null {
  const id = integerOf(profile['ID']) ?? 0;
  if (id <= 0) return null;
  const name = `${textOf(profile['NAME'])} ${textOf(profile['LAST_NAME'])}`.trim();
  return {
    id,
    name,
    isAdmin: flagOf(profile['ADMIN']),
    timeZone: zoneOf(textOf(profile['TIME_ZONE'])),
  };
}

/** A zone that this machine does not know would break every date of the page. */
function zoneOf(zone: string): string {
  try {
    return zone === '' || zone.length > 64
      ? ''
      : Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return '';
  }
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof AppError &&
    (error.code === 'portal-denied' || error.code === 'portal-rejected')
  );
}

/** One key and no other: a token that is refused is not renewed here, the page brings a new one. */
function clientOf(
  { budget, log }: FrameIntroducerOptions,
  { portalId, origin, accessToken }: UserConnection,
): PortalClient {
  const key = { accessToken, origin, owner: 'installer' } as const;
  const access: PortalAccess = {
    key: () => Promise.resolve(key),
    renew: () => Promise.resolve(key),
    origin: () => origin,
  };
  const transport = createOAuthTransport(access, TIMEOUT_MS);
  return createPortalClient({ transport, portalId, budget, log, retryDelayMs: 300 });
}
