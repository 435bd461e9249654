/** What every role and every command stands on: the store, the portal, and the gate's own parts. Part of the composition root. */
import { followTexts } from './app/follow-texts.ts';
import type { GateDeps } from './app/gate-deps.ts';
import type { Clock, Log } from './app/ports/runtime.ts';
import { createStageDirectory } from './app/stage-directory.ts';
import { connectPortal } from './bitrix24/connect-portal.ts';
import type { Portal } from './bitrix24/connect-portal.ts';
import { createConnections } from './redis/connections.ts';
import { forgetPortalKeys } from './redis/forget-portal.ts';
import { createJournal } from './redis/journal.ts';
import type { Retention } from './redis/journal.ts';
import { createKeys } from './redis/keys.ts';
import { createPolicyStore } from './redis/policy-store.ts';
import { createPortalLock } from './redis/portal-lock.ts';
import { createRequestBudget } from './redis/request-budget.ts';
import type { BudgetLimits } from './redis/request-budget.ts';
import { createReturnLedger } from './redis/return-ledger.ts';
import { createRingStore } from './redis/ring-store.ts';
import type { RingPace } from './redis/ring-store.ts';
import { openState } from './redis/state-marks.ts';
import { createSweepState } from './redis/sweep-state.ts';
import { createTemplateStore } from './redis/template-store.ts';
import { createTimerNames } from './redis/timer-names.ts';
import { clauseTexts } from './text/clause-texts.ts';
import { loadOriginals } from './text/original-templates.ts';
import { bundledQualityWords } from './text/quality-words.ts';
import { say } from './text/catalog.ts';
import { createTemplateBook } from './text/template-book.ts';
import { createTextSets } from './text/text-sets.ts';

/**
 * Webhook mode serves one portal. Its id is a constant, not the host: a renamed portal keeps its settings.
 */
export const WEBHOOK_PORTAL = 'webhook';

export interface PortalAccess {
  /** Key of everything remembered about the portal. */
  readonly id: string;
  readonly webhookUrl: string;
  readonly eventTokens: readonly string[];
}

export interface StoreOptions {
  readonly portal: PortalAccess;
  readonly redisUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly tuning?: StoreTuning;
  /** How long the journal's lines are kept. */
  readonly retention?: Retention | undefined;
}

/** Times and limits for tests that cannot wait: absent values are the service's own. */
export interface StoreTuning {
  /** How long a dead process still holds a ticket or a portal. */
  readonly lockTtlMs?: number;
  readonly budget?: Partial<BudgetLimits>;
  /** How closely sweeps of a portal follow each other. */
  readonly rings?: Partial<RingPace>;
}

export type Foundation = ReturnType<typeof attachPortal>;

const REDIS_START_MS = 10_000;

/** Erases what is remembered about one portal; nothing on the portal itself is touched. */
export async function forgetPortal(redisUrl: string, portalId: string, log: Log): Promise<void> {
  const connections = createConnections({ url: redisUrl, log });
  try {
    await connections.ready(REDIS_START_MS);
    const keys = createKeys();
    await forgetPortalKeys(connections.producer, keys, portalId);
    // Nobody works on it: what a killed process held would only be waited for.
    await connections.producer.del(keys.portal(portalId, 'lock'));
  } finally {
    await connections.close();
  }
}

/**
 * What every portal shares. Throws AppError store-unavailable when Redis does not answer within ten seconds, state-newer and
 * state-half when what stands there is not to be touched.
 */
export async function openStore(options: Omit<StoreOptions, 'portal'>) {
  const { log, clock, tuning } = options;
  const connections = createConnections({ url: options.redisUrl, log });
  const keys = createKeys();
  try {
    await connections.ready(REDIS_START_MS);
    await openState(connections.producer, keys);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const redis = connections.producer;
  const originals = loadOriginals();
  return {
    connections,
    keys,
    policies: createPolicyStore(redis, keys, clauseTexts()),
    journal: createJournal(redis, keys, log, options.retention),
    budget: createRequestBudget(redis, keys, tuning?.budget),
    // Compiled once: every portal of the process speaks with them.
    textSets: createTextSets(originals, log),
    templates: {
      store: createTemplateStore(redis, keys, log),
      book: createTemplateBook(originals),
    },
    qualityWords: bundledQualityWords(),
    rings: createRingStore(redis, keys, tuning?.rings),
    timerNames: createTimerNames(redis, keys),
    lock: createPortalLock({ redis, keys, log, ...ttlOf(tuning) }),
    clock,
    log,
  };
}
export type Store = Awaited<ReturnType<typeof openStore>>;

/** The store with one portal on it: what the gate of that portal stands on. */
export function attachPortal(
  store: Store,
  portal: Portal,
  { portalId, ...signals }: Pick<GateDeps, 'triggers' | 'cards'> & { readonly portalId: string },
) {
  const { keys, policies, journal, qualityWords, clock, log } = store;
  const texts = followTexts(portalId, store.templates.store, store.textSets);
  const redis = store.connections.producer;
  const gate: GateDeps = {
    tickets: portal.tickets,
    stages: createStageDirectory((types) => portal.tickets.listStages(types), log),
    state: createSweepState(redis, keys),
    ledger: createReturnLedger(redis, keys, log),
    journal,
    policies,
    texts: texts.texts,
    words: qualityWords,
    clock,
    log,
    ...signals,
  };
  return { ...store, portal, gate, texts };
}

/** The portal of an incoming webhook. */
export function openWebhook({ budget, log }: Store, { id, webhookUrl }: PortalAccess): Portal {
  return connectPortal({ webhookUrl, portalId: id, budget, log, knowledgeBaseHints: baseHints() });
}

/** Parts of names that hint at the support team's own knowledge base. */
export function baseHints(): readonly string[] {
  return say('ru', 'kb.base-hints').concat('|', say('en', 'kb.base-hints')).split('|');
}

const ttlOf = ({ lockTtlMs: ttlMs }: StoreTuning = {}) => (ttlMs === undefined ? {} : { ttlMs });
