import { createHash } from 'node:crypto';
import type { Redis } from './redis-client.ts';
import type { ClientAnswers, PostedAnswer } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import { refKey } from '../core/ticket.ts';
import { lastAnswersKey } from './client-cases.ts';
import { postedAnswerSchema, readStored } from './client-schemas.ts';
import type { LastAnswer } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

export interface ClientAnswersOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly log: Log;
  /** Adds the job that works answers off; may fail: the scheduled reconcile finds what is waiting. */
  readonly wake: (portalId: string) => Promise<void>;
}

/** Answers wait in a hash until they stand on the ticket; their words are nowhere else. */
export function createClientAnswers(options: ClientAnswersOptions): ClientAnswers {
  const { redis, keys, log } = options;
  const waiting = (portalId: string): string => keys.portal(portalId, 'client:answers');
  async function wake(portalId: string): Promise<void> {
    try {
      await options.wake(portalId);
    } catch {
      log.warn(
        { portalId },
        'An answer stands, but its job could not be queued; the schedule will',
      );
    }
  }
  return {
    async accept(portalId, answer) {
      const news = await storeCall(async () => {
        const names = [waiting(portalId), lastAnswersKey(keys, portalId)];
        const { cycle, at } = answer;
        const last: LastAnswer = { cycle, answer: answer.answer, at, identity: identityOf(answer) };
        const documents = [idOf(answer), JSON.stringify(answer), JSON.stringify(last)];
        return redis.cgAcceptAnswer(...names, lastField(answer), last.identity, ...documents);
      });
      // Nobody could give it back: the page is answered when a replica has it too.
      await replicated(redis, waiting(portalId));
      // Also for the same answer again: the first one's job may have been lost with its process.
      await wake(portalId);
      return news === 1;
    },
    waiting: (portalId) =>
      storeCall(async () => {
        const stored = await redis.hgetall(waiting(portalId));
        return Object.entries(stored)
          .flatMap(([id, text]) => {
            const answer = readStored(postedAnswerSchema, text);
            if (answer !== null) return [answer];
            log.error(
              { portalId, answer: id },
              'A stored answer cannot be read: look at the ticket',
            );
            return [];
          })
          .toSorted((one, other) => one.at - other.at);
      }),
    done: (portalId, answer) =>
      storeCall(async () => {
        await redis.hdel(waiting(portalId), idOf(answer));
      }),
  };
}

/** The client's newest answer shows on the page; an agent's reading of a reply is remembered beside it. */
function lastField({ ref, readingOf }: PostedAnswer): string {
  return readingOf === undefined ? refKey(ref) : `${refKey(ref)}@${readingOf}`;
}

/** The words go in as a digest: identities outlive the words themselves. */
function identityOf({ cycle, answer, comment }: PostedAnswer): string {
  const digest = createHash('sha256').update(comment).digest('base64url').slice(0, 22);
  return `${cycle}@${answer}@${digest}`;
}

function idOf(answer: PostedAnswer): string {
  return `${lastField(answer)}@${answer.at}@${identityOf(answer)}`;
}
