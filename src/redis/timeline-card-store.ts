import type { Redis } from './redis-client.ts';
import { z } from 'zod';
import type { Log } from '../app/ports/runtime.ts';
import type {
  CardPress,
  CardRecord,
  CardWish,
  DueCard,
  TimelineCardStore,
} from '../app/ports/timeline-cards.ts';
import { refKey } from '../core/ticket.ts';
import { readStored } from './client-schemas.ts';
import type { Keys } from './keys.ts';
import { gapSchema, refSchema } from './record-schemas.ts';
import { replicated } from './replicated.ts';
import { storeCall } from './store-call.ts';

export interface TimelineCardStoreOptions {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly log: Log;
  /** Adds the job that tends the cards; may fail: the schedule finds what is due. */
  readonly wake: (portalId: string) => Promise<void>;
}

const language = z.enum(['ru', 'en']);

const recordSchema: z.ZodType<CardRecord> = z.object({
  ref: refSchema,
  cycle: z.int(),
  activityId: z.int().positive().nullable(),
  claimedAt: z.number().nullable(),
  gaps: z.array(gapSchema),
  responsibleId: z.int(),
  language,
  checkedAt: z.number(),
  seen: z.string(),
});

const wishSchema: z.ZodType<CardWish> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('returned'),
    ref: refSchema,
    cycle: z.int(),
    gaps: z.array(gapSchema),
    responsibleId: z.int(),
    language,
    first: z.boolean(),
    seen: z.string(),
    at: z.number(),
  }),
  z.object({ kind: z.literal('look'), ref: refSchema, whole: z.boolean(), at: z.number() }),
]);

const pressSchema: z.ZodType<CardPress> = z.object({
  activityId: z.int().positive(),
  ref: refSchema,
  userId: z.int().positive().nullable(),
  at: z.number(),
});

/** Fields of what is due: `2:759` a wish of that ticket, `press:15` a press on that record. */
const pressField = ({ activityId }: CardPress): string => `press:${activityId}`;

/** Two hashes per portal: the cards that stand open, by ticket, and what is due of them. */
export function createTimelineCardStore(options: TimelineCardStoreOptions): TimelineCardStore {
  return { ...dueCards(options), ...standingCards(options) };
}

type DuePart = Pick<TimelineCardStore, 'wish' | 'press' | 'due' | 'settle'>;

function dueCards({ redis, keys, log, ...options }: TimelineCardStoreOptions): DuePart {
  const due = (portalId: string): string => keys.portal(portalId, 'timeline-cards:due');
  const wake = async (portalId: string): Promise<void> => {
    try {
      await options.wake(portalId);
    } catch {
      log.warn({ portalId }, 'Cards are due, but their job could not be queued; the schedule will');
    }
  };
  return {
    async wish(portalId, wishes) {
      if (wishes.length === 0) return;
      await storeCall(async () => {
        const pipeline = redis.pipeline();
        for (const wish of wishes) {
          const entry = [due(portalId), refKey(wish.ref), JSON.stringify(wish)] as const;
          if (wish.kind === 'returned') pipeline.hset(...entry);
          else pipeline.hsetnx(...entry);
        }
        await throwFirst(pipeline.exec());
      });
      await wake(portalId);
    },
    async press(portalId, press) {
      await storeCall(() => redis.hset(due(portalId), pressField(press), JSON.stringify(press)));
      await replicated(redis, due(portalId));
      await wake(portalId);
    },
    due: (portalId) =>
      storeCall(async () => {
        const stored = Object.entries(await redis.hgetall(due(portalId)));
        return stored.flatMap(([field, text]) => readDue(field, text) ?? []);
      }),
    settle: (portalId, marks) =>
      storeCall(async () => {
        if (marks.length === 0) return;
        const read = marks.flatMap(({ field, text }) => [field, text]);
        await redis.cgSettleCards(due(portalId), ...read);
      }),
  };
}

function standingCards({
  redis,
  keys,
}: TimelineCardStoreOptions): Omit<TimelineCardStore, keyof DuePart> {
  const cards = (portalId: string): string => keys.portal(portalId, 'timeline-cards');
  const readAll = (texts: readonly (string | null)[]): readonly CardRecord[] =>
    texts.flatMap((text) => readStored(recordSchema, text) ?? []);
  return {
    known: (portalId, refs) =>
      storeCall(async () => {
        if (refs.length === 0) return new Map();
        const texts = await redis.hmget(cards(portalId), ...refs.map(refKey));
        return new Map(readAll(texts).map((card) => [refKey(card.ref), card]));
      }),
    all: (portalId) => storeCall(async () => readAll(await redis.hvals(cards(portalId)))),
    save: (portalId, records) =>
      storeCall(async () => {
        if (records.length === 0) return;
        const entries = records.flatMap((card) => [refKey(card.ref), JSON.stringify(card)]);
        await redis.hset(cards(portalId), ...entries);
      }),
    forget: (portalId, refs) =>
      storeCall(async () => {
        if (refs.length > 0) await redis.hdel(cards(portalId), ...refs.map(refKey));
      }),
  };
}

function readDue(field: string, text: string): DueCard | null {
  const mark = { field, text };
  const press = field.startsWith('press:') ? readStored(pressSchema, text) : null;
  if (press !== null) return { mark, press };
  const wish = readStored(wishSchema, text);
  return wish === null ? null : { mark, wish };
}

async function throwFirst(
  running: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<void> {
  for (const [error] of (await running) ?? []) if (error !== null) throw error;
}
