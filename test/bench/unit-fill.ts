/** Fills Redis with many of one thing, through the stores that the service writes with. */
import { createClock } from '../../src/clock.ts';
import { CRITERION_IDS } from '../../src/core/policy.ts';
import { openRegistry } from '../../src/compose-installs.ts';
import { openStore } from '../../src/compose-store.ts';
import { createClientJobs } from '../../src/queue/client-jobs.ts';
import { createClientCases } from '../../src/redis/client-cases.ts';
import { createMomentLog } from '../../src/redis/moment-log.ts';
import { createOutbox } from '../../src/redis/outbox.ts';
import { createSweepState } from '../../src/redis/sweep-state.ts';
import { aJournalEntry, aResult } from '../support/a-journal-entry.ts';
import { aPolicy } from '../support/a-policy.ts';
import { recordingLog } from '../support/recording-log.ts';

const PORTAL = 'portal';
const AT_ONCE = 50;

export interface Fill {
  readonly kinds: readonly (readonly [name: string, run: (count: number) => Promise<void>])[];
  close(): Promise<void>;
}

const ref = (n: number) => ({ entityTypeId: 2, id: 100_000 + n });

/** Fifty at a time, as the service does with what a sweep finds. */
const many =
  (one: (n: number) => Promise<unknown>) =>
  async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, i) => one(n + i)));
  };

export async function openFill(redisUrl: string): Promise<Fill> {
  const [log, clock] = [recordingLog(), createClock()];
  const store = await openStore({ redisUrl, clock, log });
  const { connections, keys, journal, policies } = store;
  const { producer: redis, worker } = connections;
  const jobs = createClientJobs({ producer: redis, worker, clock, log });
  const app = { clientId: 'local.1', clientSecret: 'unused', oauthOrigins: [] };
  const registry = openRegistry(store, { app, secret: 'a-secret-for-the-benchmark' })?.registry;
  const cases = createClientCases(redis, keys, log);
  const moments = createMomentLog(redis, keys);
  const outbox = createOutbox({ redis, keys, log });
  const state = createSweepState(redis, keys);
  const now = clock.now();
  return {
    kinds: [
      [
        'an installed portal (record, tokens, policy)',
        many(async (n) => {
          await registry?.save(recordOf(`portal${n}`, now));
          await registry?.saveTokens(`portal${n}`, tokensOf(n, now));
          await policies.save(`portal${n}`, aPolicy({ version: 0 }));
        }),
      ],
      ['a client case of an open ticket', many((n) => cases.save(PORTAL, caseOf(n, now)))],
      [
        'a timer',
        many((n) =>
          jobs.timers.set(PORTAL, {
            ref: ref(n),
            cycle: 1,
            kind: 'remind',
            dueAt: now + 86_400_000 + n * 1000,
          }),
        ),
      ],
      [
        'the moments of a ticket',
        many((n) => moments.note(PORTAL, ref(n), { cycle: 1, kind: 'asked', at: now })),
      ],
      [
        'the mark of a message sent',
        many(async (n) => {
          await outbox.claim(PORTAL, `2:${n}:1:request`, now);
          await outbox.sent(
            PORTAL,
            `2:${n}:1:request`,
            { kind: 'delivered', channel: 'email', reference: `${n}` },
            now,
          );
        }),
      ],
      [
        'the mark of a judged move',
        many((n) => state.markSeen(PORTAL, [{ mark: `2:${n}@C5:WON@${now}`, movedAt: now }], 0)),
      ],
      [
        'a journal line of a return, with its words',
        async (count) => {
          for (let n = 0; n < count; n += AT_ONCE)
            await journal.append(
              PORTAL,
              Array.from({ length: AT_ONCE }, (_, i) => lineOf(n + i, now)),
            );
        },
      ],
    ],
    async close() {
      await jobs.close(1000);
      await connections.close();
    },
  };
}

const lineOf = (n: number, now: number) =>
  aJournalEntry({
    at: now + n,
    ref: ref(n),
    movedAt: now - 1000 + n,
    results: CRITERION_IDS.slice(0, 9).map((id) => aResult({ id })),
  });

const caseOf = (n: number, now: number) =>
  ({
    ref: ref(n),
    cycle: 1,
    language: 'ru',
    timeZone: 'Europe/Moscow',
    summary: 'Номер убран из стоп-листа, код отправлен повторно, вход проверен по журналу.'.padEnd(
      150,
      '.',
    ),
    answerUntil: now + 2 * 86_400_000,
    state: 'open',
    answer: null,
    answeredAt: null,
    closedAt: null,
  }) as const;

const tokensOf = (n: number, now: number) =>
  ({
    owner: 'installer',
    accessToken: `access-${n}`.padEnd(70, 'x'),
    refreshToken: `refresh-${n}`.padEnd(70, 'x'),
    expiresAt: now + 3_600_000,
    userId: 1,
  }) as const;

const recordOf = (portalId: string, now: number) =>
  ({
    portalId,
    origin: `https://${portalId}.example`,
    oauthEndpoint: 'https://oauth.example',
    applicationToken: 'token'.padEnd(32, 'x'),
    scopes: ['crm', 'placement', 'im'],
    status: 'L',
    version: '1',
    language: 'ru',
    installerId: 1,
    state: 'active',
    registered: 'mark',
    installedAt: now,
    updatedAt: now,
  }) as const;
