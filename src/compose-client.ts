/** The composition of the client's side: messages, answers, timers. Second half of the composition root. */
import { dateOfDay, dayNumber } from './core/local-date.ts';
import { linkExpiry, writeClientToken } from './app/client-token.ts';
import type { ClientLink, TokenSigner } from './app/client-token.ts';
import { createClientSide } from './app/client-side.ts';
import type { ClientDeps } from './app/client-deps.ts';
import type { ExportDeps } from './app/export-documentation.ts';
import type { GateDeps } from './app/gate-deps.ts';
import { holdTicket } from './app/hold-ticket.ts';
import { HOLD_LINK_MS, writeHoldToken } from './app/hold-token.ts';
import { createWorkingHours } from './app/working-hours.ts';
import type { Portal } from './bitrix24/connect-portal.ts';
import { parsePortalCalendar } from './calendar/portal-calendar.ts';
import { workCalendar } from './calendar/work-calendar.ts';
import type { LayeredCalendar } from './calendar/work-calendar.ts';
import type { ClosingPolicy } from './core/policy.ts';
import { zoneRules } from './calendar/zone-rules.ts';
import type { ClientPageOptions } from './http/client-page.ts';
import type { HoldPageOptions } from './http/hold-page.ts';
import { createFormTokens, createTokenSigner } from './http/token-signer.ts';
import type { ClientJobs } from './queue/client-jobs.ts';
import { createClientAnswers } from './redis/client-answers.ts';
import { createClientCases } from './redis/client-cases.ts';
import type { Connections } from './redis/connections.ts';
import type { Keys } from './redis/keys.ts';
import { createMomentLog } from './redis/moment-log.ts';
import { createOutbox } from './redis/outbox.ts';
import { createRunLog } from './redis/run-log.ts';
import type { BreakerLimits } from './redis/outbox.ts';
import { createSuppressedReplies } from './redis/suppressed-replies.ts';
import { sayByName } from './text/catalog.ts';
import { sayToStaff } from './text/staff-say.ts';
import type { TextSet } from './app/ports/own-templates.ts';
import type { CalendarProbe } from './app/ports/tools.ts';
import type { Clock, Log } from './app/ports/runtime.ts';
import type { PortalLock } from './app/ports/state.ts';

/** The portal cuts a request after 60 s (PORTAL 1.4), the app gives up after 65: later nothing of it can still arrive. */
const CLAIM_SETTLES_MS = 75_000;

export interface ClientParts {
  readonly gate: GateDeps;
  readonly portal: Portal;
  readonly portalId: string;
  readonly connections: Connections;
  readonly keys: Keys;
  readonly lock: PortalLock;
  /** The words of this portal. */
  readonly texts: Pick<TextSet, 'clientTexts' | 'replyRules' | 'documentation'>;
  readonly jobs: ClientJobs;
  /** Signs links. */
  readonly secret: string;
  readonly publicUrl: () => string;
  readonly breaker?: Partial<BreakerLimits>;
  readonly claimSettlesMs?: number;
}

/** The client's side of one portal. */
export function composeClientSide(parts: ClientParts): ClientDeps {
  const { gate, portal, keys, connections, jobs } = parts;
  const { clock, log } = gate;
  const redis = connections.producer;
  const signer = createTokenSigner(parts.secret);
  const deps: ClientDeps = {
    ...gate,
    // The app's own closings are closings too: the client's side hears of them as of anybody's.
    get client() {
      return side;
    },
    channels: portal.channels,
    writer: portal.writer,
    incoming: portal.incoming,
    timers: jobs.timers,
    outbox: createOutbox({ redis, keys, log, ...(parts.breaker && { limits: parts.breaker }) }),
    runs: createRunLog(redis, keys),
    claimSettlesMs: parts.claimSettlesMs ?? CLAIM_SETTLES_MS,
    ...recordsOf({ connections, keys, jobs, log }),
    suppressed: createSuppressedReplies(redis, keys, log),
    clientTexts: parts.texts.clientTexts,
    replyRules: parts.texts.replyRules,
    moments: createMomentLog(redis, keys),
    documentation: parts.texts.documentation,
    lock: parts.lock,
    say: sayToStaff,
    workingTime: createWorkingHours(() => portal.calendarSettings(), workingTimeOf, clock),
    ...linksOf(parts, signer),
  };
  const side = createClientSide(deps);
  return deps;
}

type ClientPageParts = Pick<ClientParts, 'connections' | 'keys' | 'jobs' | 'secret'> & {
  /** Secrets before the present one: links sent then still open. */
  readonly oldSecrets: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
};

/** The page a client opens: it asks no portal, so that one serves them all. */
export function composeClientPage(parts: ClientPageParts): Omit<ClientPageOptions, 'ready'> {
  const { secret, oldSecrets, clock, log } = parts;
  return {
    ...recordsOf(parts),
    signer: createTokenSigner(secret, oldSecrets),
    formTokens: createFormTokens(secret, () => clock.now()),
    clock,
    say: sayByName,
    log,
  };
}

/** The page that sets a pause; `depsOf` finds the ticket's portal. */
export function composeHoldPage(
  {
    secret,
    oldSecrets,
    clock,
    log,
  }: Pick<ClientPageParts, 'secret' | 'oldSecrets' | 'clock' | 'log'>,
  depsOf: (portalId: string) => Promise<ClientDeps>,
): HoldPageOptions {
  return {
    hold: async (portalId, target, request) =>
      holdTicket(portalId, target, request, await depsOf(portalId)),
    ticketLink: async (portalId, ref) => (await depsOf(portalId)).tickets.ticketLink(ref),
    signer: createTokenSigner(secret, oldSecrets),
    formTokens: createFormTokens(secret, () => clock.now()),
    clock,
    say: sayByName,
    log,
  };
}

function recordsOf({
  connections,
  keys,
  jobs,
  log,
}: Omit<ClientPageParts, 'clock' | 'secret' | 'oldSecrets'>) {
  const redis = connections.producer;
  const wake = (portalId: string): Promise<void> => jobs.wakeAnswers(portalId);
  return {
    cases: createClientCases(redis, keys, log),
    answers: createClientAnswers({ redis, keys, log, wake }),
  };
}

/** What documentation is exported with: the same parts the service writes it with. */
export function composeDocuments({
  gate,
  portal,
  connections,
  keys,
  texts,
}: Pick<ClientParts, 'gate' | 'portal' | 'connections' | 'keys' | 'texts'>): ExportDeps {
  return {
    ...gate,
    moments: createMomentLog(connections.producer, keys),
    documentation: texts.documentation,
    workingTime: createWorkingHours(() => portal.calendarSettings(), workingTimeOf, gate.clock),
  };
}

function workingTimeOf(calendar: unknown, policy: ClosingPolicy) {
  return { calendar: calendarOf(calendar, policy), zone: zoneRules(policy.timeZone) };
}

/** The policy's dates above the portal's calendar above the Russian production calendar. */
export function calendarOf(
  calendar: unknown,
  { daysOff, workDays }: Pick<ClosingPolicy, 'daysOff' | 'workDays'>,
): LayeredCalendar {
  const yearOf = (date: string): number => Number(date.slice(0, 4));
  const years = [...new Set([...daysOff, ...workDays].map(yearOf))].map((year) => ({
    year,
    daysOff: daysOff.filter((date) => yearOf(date) === year),
    workDays: workDays.filter((date) => yearOf(date) === year),
    whole: false,
  }));
  return workCalendar(calendar === null ? null : parsePortalCalendar(calendar), {
    country: 'ru',
    hours: null,
    weekDaysOff: null,
    years,
  });
}

function linksOf(
  parts: ClientParts,
  signer: TokenSigner,
): Pick<ClientDeps, 'clientLink' | 'readingLink' | 'holdLink'> {
  const link = (
    of: Pick<ClientLink, 'purpose' | 'ref' | 'cycle' | 'readingOf'>,
    since: number,
  ): string => {
    const expiresAt = linkExpiry(since, parts.gate.clock.now());
    const token = writeClientToken(signer, { portalId: parts.portalId, ...of, expiresAt });
    return `${parts.publicUrl()}/c/${token}`;
  };
  return {
    clientLink: (ref, cycle, since) =>
      link({ purpose: 'answer', ref, cycle, readingOf: '' }, since),
    readingLink: (ref, cycle, readingOf) =>
      link({ purpose: 'reading', ref, cycle, readingOf }, parts.gate.clock.now()),
    holdLink: (ref, cycle) => {
      const expiresAt = parts.gate.clock.now() + HOLD_LINK_MS;
      const token = writeHoldToken(signer, { portalId: parts.portalId, ref, cycle, expiresAt });
      return `${parts.publicUrl()}/h/${token}`;
    },
  };
}

/** The calendar's warnings for the doctor. */
export function createCalendarProbe(portal: Portal): CalendarProbe {
  return {
    async warnings(policy, fromYear, toYear) {
      const calendar = calendarOf(await portal.calendarSettings(), policy);
      return calendar.warnings(fromYear, toYear).map((warning) => {
        switch (warning.code) {
          case 'no-calendar-data':
            return { code: 'no-data', what: String(warning.year) };
          case 'portal-calendar-missing':
            return { code: 'portal-missing', what: '' };
          case 'portal-calendar-unreadable':
            return { code: 'portal-unreadable', what: warning.field };
          case 'bad-override-date':
            return { code: 'portal-unreadable', what: warning.value };
        }
      });
    },
    async workingDaysAhead(policy, from, days) {
      const { calendar, zone } = workingTimeOf(await portal.calendarSettings(), policy);
      const today = dayNumber(zone.localOf(from));
      const ahead = Array.from({ length: days }, (_, index) => dateOfDay(today + index));
      return ahead.filter((date) => calendar.worksOn(date)).length;
    },
  };
}
