/** The client page on a real HTTP server, over stores in memory that keep to the contracts of the ports. */
import { once } from 'node:events';
import { writeClientToken } from '../../src/app/client-token.ts';
import type { ClientLink } from '../../src/app/client-token.ts';
import type {
  ClientCase,
  ClientAnswers,
  ClientCases,
  PostedAnswer,
} from '../../src/app/ports/client.ts';
import { refKey } from '../../src/core/ticket.ts';
import type { Instant } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';
import type { PostLimits } from '../../src/http/client-page.ts';
import { createHttpServer } from '../../src/http/create-http-server.ts';
import { createFormTokens, createTokenSigner } from '../../src/http/token-signer.ts';
import { sayByName } from '../../src/text/catalog.ts';
import { recordingLog } from './recording-log.ts';
import type { RecordingLog } from './recording-log.ts';

export const SECRET = 'a-secret-of-the-test-suite-0123456789';
export const PORTAL = 'portal-1';
export const REF = { entityTypeId: 2, id: 759 };
export const NOW: Instant = Date.UTC(2026, 10, 20, 11, 21);
const DAY = 24 * 3600_000;

export function aCase(changes: Partial<ClientCase> = {}): ClientCase {
  return {
    ref: REF,
    cycle: 1,
    language: 'ru',
    timeZone: 'Europe/Moscow',
    summary: 'Выдали доступ к разделу «Отчёты».\nПроверьте печать.',
    answerUntil: NOW + 4 * DAY,
    state: 'open',
    answer: null,
    answeredAt: null,
    closedAt: null,
    ...changes,
  };
}

export interface TestClientPage {
  readonly url: string;
  readonly accepted: readonly PostedAnswer[];
  readonly log: RecordingLog;
  /** `/c/<token>` of a link; the client's own to REF unless told otherwise. */
  path(changes?: Partial<ClientLink>): string;
  save(entry: ClientCase): void;
  forget(): void;
  /** Both stores are away until told otherwise. */
  away(parts: { readonly cases?: boolean; readonly answers?: boolean }): void;
  shift(ms: number): void;
  close(): Promise<void>;
}

export async function aClientPage(limits: Partial<PostLimits> = {}): Promise<TestClientPage> {
  const log = recordingLog();
  const signer = createTokenSigner(SECRET);
  const cases = new Map<string, ClientCase>();
  const accepted: PostedAnswer[] = [];
  let outage: { readonly cases?: boolean; readonly answers?: boolean } = {};
  let now = NOW;
  const clock = { now: () => now };
  const server = createHttpServer({
    doorbell: { ring: () => Promise.resolve(), refused: () => Promise.resolve() },
    eventTokens: [],
    portalId: PORTAL,
    log,
    ready: () => true,
    clientPage: {
      cases: casesIn(cases, () => outage.cases === true),
      answers: answersIn({ cases, accepted, isAway: () => outage.answers === true }),
      signer,
      formTokens: createFormTokens(SECRET, clock.now),
      clock,
      say: sayByName,
      log,
      ready: () => true,
      limits,
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const link: ClientLink = {
    portalId: PORTAL,
    ref: REF,
    cycle: 1,
    purpose: 'answer',
    expiresAt: NOW + 30 * DAY,
    readingOf: '',
  };
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    log,
    path: (changes = {}) => `/c/${writeClientToken(signer, { ...link, ...changes })}`,
    save: (entry) => void cases.set(refKey(entry.ref), entry),
    forget: () => cases.clear(),
    away(parts) {
      outage = parts;
    },
    shift(ms) {
      now += ms;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function fault(): AppError {
  return new AppError('store-unavailable', 'Redis does not answer', { retry: 'backoff' });
}

function casesIn(cases: Map<string, ClientCase>, isAway: () => boolean): ClientCases {
  return {
    save: (_, entry) => Promise.resolve(void cases.set(refKey(entry.ref), entry)),
    find: (_, ref) =>
      isAway() ? Promise.reject(fault()) : Promise.resolve(cases.get(refKey(ref)) ?? null),
    among: (_portalId, asked) => Promise.resolve(asked.flatMap((key) => cases.get(key) ?? [])),
    list: () => Promise.resolve([...cases.values()]),
    remove: (_, ref) => Promise.resolve(void cases.delete(refKey(ref))),
    reopenings: async () => [],
    reopened: (_, _ref, at) => Promise.resolve([at]),
  };
}

function answersIn(store: {
  readonly cases: Map<string, ClientCase>;
  readonly accepted: PostedAnswer[];
  readonly isAway: () => boolean;
}): ClientAnswers {
  const { cases, accepted, isAway } = store;
  return {
    accept(_, answer) {
      if (isAway()) return Promise.reject(fault());
      const last = accepted.at(-1);
      if (last?.answer === answer.answer && last.comment === answer.comment)
        return Promise.resolve(false);
      accepted.push(answer);
      const entry = cases.get(refKey(answer.ref));
      if (entry !== undefined && answer.readingOf === undefined) {
        const state = entry.state === 'open' ? 'answered' : entry.state;
        const answered = { answer: answer.answer, answeredAt: answer.at };
        cases.set(refKey(answer.ref), { ...entry, state, ...answered });
      }
      return Promise.resolve(true);
    },
    waiting: () => Promise.resolve(accepted),
    done: () => Promise.resolve(),
  };
}
