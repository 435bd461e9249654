import type { Redis } from './redis-client.ts';
import type { MadeMove, SweepState } from '../app/ports/state.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import type { Keys } from './keys.ts';
import { serverTime } from './server-time.ts';
import { storeCall } from './store-call.ts';

/** An own move is recognised for this long: longer than a portal outage after which it is read back. */
const OWN_MOVE_MS = 6 * 3600_000;
/** Keeps one command's argument list at a size that does not hold the server up. */
const CHUNK = 1000;

export function createSweepState(redis: Redis, keys: Keys): SweepState {
  return {
    ...inboxPart(redis, keys),
    ...cursorPart(redis, keys),
    ...pendingPart(redis, keys),
    ...movesPart(redis, keys),
  };
}

function inboxPart(
  redis: Redis,
  keys: Keys,
): Pick<SweepState, 'readInbox' | 'inboxBeyond' | 'settleInbox'> {
  return {
    readInbox: (portalId) =>
      storeCall(async () => {
        const fields = await redis.hgetall(keys.portal(portalId, 'inbox'));
        return new Map(Object.entries(fields).map(([key, version]) => [key, Number(version)]));
      }),
    inboxBeyond: (portalId, size) =>
      storeCall(async () => {
        const key = keys.portal(portalId, 'inbox');
        return (await redis.hlen(key)) > size ? redis.hkeys(key) : null;
      }),
    settleInbox: (portalId, read) =>
      storeCall(async () => {
        const key = keys.portal(portalId, 'inbox');
        let left = 0;
        for (const part of chunks([...read]))
          left = Number(await redis.cgSettleInbox(key, ...part.flat()));
        return read.size === 0 ? redis.hlen(key) : left;
      }),
  };
}

type CursorPart = Pick<SweepState, 'cursor' | 'saveCursor' | 'unseen' | 'markSeen'>;

function cursorPart(redis: Redis, keys: Keys): CursorPart {
  return {
    cursor: (portalId, entityTypeId) =>
      storeCall(async () => {
        const at = await redis.hget(keys.portal(portalId, 'cursors'), String(entityTypeId));
        return at === null ? null : Number(at);
      }),
    saveCursor: (portalId, entityTypeId, at) =>
      storeCall(async () => {
        await redis.hset(keys.portal(portalId, 'cursors'), String(entityTypeId), at);
      }),
    unseen: (portalId, marks) =>
      storeCall(async () => {
        const fresh = new Set<string>();
        for (const part of chunks(marks)) {
          const scores = await redis.zmscore(keys.portal(portalId, 'seen'), ...part);
          part.forEach((mark, at) => {
            if ((scores[at] ?? null) === null) fresh.add(mark);
          });
        }
        return fresh;
      }),
    markSeen: (portalId, marks, forgetBefore) =>
      storeCall(async () => {
        const key = keys.portal(portalId, 'seen');
        for (const part of chunks(marks))
          await redis.zadd(key, ...part.flatMap(({ mark, movedAt }) => [movedAt, mark]));
        await redis.zremrangebyscore(key, '-inf', `(${forgetBefore}`);
      }),
  };
}

type PendingPart = Pick<SweepState, 'pending' | 'addPending' | 'removePending'>;

function pendingPart(redis: Redis, keys: Keys): PendingPart {
  return {
    pending: (portalId) =>
      storeCall(async () => {
        const members = await redis.smembers(keys.portal(portalId, 'pending'));
        return members.map(toRef).filter((ref) => ref !== null);
      }),
    addPending: (portalId, refs) =>
      storeCall(async () => {
        for (const part of chunks(refs))
          await redis.sadd(keys.portal(portalId, 'pending'), ...part.map(refKey));
      }),
    removePending: (portalId, refs) =>
      storeCall(async () => {
        for (const part of chunks(refs))
          await redis.srem(keys.portal(portalId, 'pending'), ...part.map(refKey));
      }),
  };
}

type MovesPart = Pick<SweepState, 'rememberOwnMoves' | 'ownMoves' | 'recentReturns'>;

function movesPart(redis: Redis, keys: Keys): MovesPart {
  const own = (portalId: string): string => keys.portal(portalId, 'own-moves');
  return {
    rememberOwnMoves: (portalId, moves) =>
      storeCall(async () => {
        const now = await serverTime(redis);
        for (const part of chunks(moves))
          await redis.zadd(own(portalId), ...part.flatMap((move) => [now, moveKey(move)]));
        await redis.zremrangebyscore(own(portalId), '-inf', `(${now - OWN_MOVE_MS}`);
      }),
    ownMoves: (portalId, moves) =>
      storeCall(async () => {
        const oldest = (await serverTime(redis)) - OWN_MOVE_MS;
        const found = new Set<string>();
        for (const part of chunks(moves)) {
          const isOwn = await remembered(redis, own(portalId), oldest, part);
          for (const move of part.filter(isOwn)) found.add(refKey(move.ref));
        }
        return found;
      }),
    recentReturns: (portalId, refs, since) =>
      storeCall(async () => {
        const members = await redis.zrangebyscore(keys.portal(portalId, 'returns'), since, '+inf');
        const counts = new Map(refs.map((ref) => [refKey(ref), 0]));
        for (const member of members) {
          const key = member.slice(0, member.indexOf('@'));
          const count = counts.get(key);
          if (count !== undefined) counts.set(key, count + 1);
        }
        return counts;
      }),
  };
}

/** What was announced is found once, and from then on known by its moment. */
async function remembered(
  redis: Redis,
  own: string,
  oldest: number,
  moves: readonly MadeMove[],
): Promise<(move: MadeMove) => boolean> {
  const made = (move: MadeMove): string => `${moveKey(move)}@${move.movedAt}`;
  const names = [...moves.map(moveKey), ...moves.map(made)];
  const scores = names.length === 0 ? [] : await redis.zmscore(own, ...names);
  const standing = new Set(names.filter((_, at) => Number(scores[at] ?? -1) >= oldest));
  const news = moves.filter((move) => standing.has(moveKey(move)) && !standing.has(made(move)));
  if (news.length > 0) {
    const now = await serverTime(redis);
    await redis
      .multi()
      .zadd(own, ...news.flatMap((move) => [now, made(move)]))
      .zrem(own, ...news.map(moveKey))
      .exec();
  }
  return (move) => standing.has(made(move)) || news.includes(move);
}

/** `2:759@C5:WON`: one own move as it is announced. */
function moveKey(move: { readonly ref: TicketRef; readonly stageId: string }): string {
  return `${refKey(move.ref)}@${move.stageId}`;
}

function toRef(key: string): TicketRef | null {
  const [, entityTypeId, id] = /^(\d+):(\d+)$/.exec(key) ?? [];
  return entityTypeId === undefined || id === undefined
    ? null
    : { entityTypeId: Number(entityTypeId), id: Number(id) };
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += CHUNK) parts.push(items.slice(at, at + CHUNK));
  return parts;
}
