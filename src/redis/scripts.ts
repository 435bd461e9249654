/**
 * Every Lua script, defined on each connection. All keys of one call carry the same hash tag. Times come from the
 * server, so that processes with different clocks agree; numbers are formatted by hand because Lua 5.1 would write
 * milliseconds as 1.7e+12.
 */
import type { Result } from 'ioredis';
import { ADD_SIGNALS } from './automation-scripts.ts';
import { SETTLE_CARDS } from './card-scripts.ts';
import { APPEND_JOURNAL, FORGET_TICKET, NAME_TICKETS } from './journal-scripts.ts';
import { ADMIT_MESSAGE, CLAIM_MESSAGE, FIND_CLAIM, OUTBOX_STANDING } from './outbox-scripts.ts';
import { OPERATING_REFUSED, OPERATING_SPENT, OPERATING_WAIT } from './operating-scripts.ts';
import type { Redis } from './redis-client.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    cgRing(...args: (string | number)[]): Result<unknown, Context>;
    cgBeginSweep(...args: (string | number)[]): Result<unknown, Context>;
    cgEndSweep(...args: (string | number)[]): Result<unknown, Context>;
    cgSettleInbox(...args: (string | number)[]): Result<unknown, Context>;
    cgClaimReturns(...args: (string | number)[]): Result<unknown, Context>;
    cgAdvanceReturns(...args: (string | number)[]): Result<unknown, Context>;
    cgFinishReturns(...args: (string | number)[]): Result<unknown, Context>;
    cgSavePolicy(...args: (string | number)[]): Result<unknown, Context>;
    cgSaveTemplate(...args: (string | number)[]): Result<unknown, Context>;
    cgTakeRequest(...args: (string | number)[]): Result<unknown, Context>;
    cgFillBucket(...args: (string | number)[]): Result<unknown, Context>;
    cgOperatingWait(...args: (string | number)[]): Result<unknown, Context>;
    cgOperatingSpent(...args: (string | number)[]): Result<unknown, Context>;
    cgOperatingRefused(...args: (string | number)[]): Result<unknown, Context>;
    cgRenewLock(...args: (string | number)[]): Result<unknown, Context>;
    cgReleaseLock(...args: (string | number)[]): Result<unknown, Context>;
    cgClaimMessage(...args: (string | number)[]): Result<unknown, Context>;
    cgFindClaim(...args: (string | number)[]): Result<unknown, Context>;
    cgAdmitMessage(...args: (string | number)[]): Result<unknown, Context>;
    cgOutboxStanding(...args: (string | number)[]): Result<unknown, Context>;
    cgSettleCards(...args: (string | number)[]): Result<unknown, Context>;
    cgAcceptAnswer(...args: (string | number)[]): Result<unknown, Context>;
    cgNameTickets(...args: (string | number)[]): Result<unknown, Context>;
    cgForgetTicket(...args: (string | number)[]): Result<unknown, Context>;
    cgAddSignals(...args: (string | number)[]): Result<unknown, Context>;
    /** The first argument is the number of keys. */
    cgAppendJournal(...args: (string | number)[]): Result<unknown, Context>;
  }
}

const NOW = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function int(x) return string.format('%.0f', x) end
`;

/** Opens the gate when nobody holds it; the answer is {1, delay, turn} for whoever must add the sweep job. */
const TRY_GATE = `
local function try_gate(gate, pace, gate_ms)
  local not_before = tonumber(redis.call('HGET', pace, 'notBefore') or '0')
  local delay = math.max(0, not_before - now)
  if redis.call('SET', gate, '1', 'NX', 'PX', int(delay + gate_ms)) then
    return {1, int(delay), redis.call('HGET', pace, 'turn') or '0'}
  end
  return {0, 0, 0}
end
`;

/**
 * KEYS inbox gate counters pace · ARGV gateMs wake (key code)…
 * Versions come from one growing counter, so that a version read long ago never equals a later ring's.
 */
const RING = `${NOW}${TRY_GATE}
local named = false
for i = 3, #ARGV, 2 do
  local version = redis.call('HINCRBY', KEYS[3], 'accepted', 1)
  if ARGV[i] ~= '' then
    named = true
    redis.call('HSET', KEYS[1], ARGV[i], version)
  end
end
if #ARGV >= 4 then
  redis.call('HSET', KEYS[3], 'lastAt', int(now), 'lastKey', ARGV[#ARGV - 1], 'lastCode', ARGV[#ARGV])
end
if named then
  redis.call('HSET', KEYS[4], 'rung', '1')
  local pace = redis.call('HMGET', KEYS[4], 'notBefore', 'gap')
  if pace[1] and pace[2] and now > tonumber(pace[1]) + tonumber(pace[2]) then redis.call('HDEL', KEYS[4], 'gap') end
end
if ARGV[2] ~= '1' then return {0, 0, 0} end
return try_gate(KEYS[2], KEYS[4], tonumber(ARGV[1]))
`;

/** KEYS gate pace. The pace is of no use an hour later, and a sweep begun while its portal is erased must leave nothing behind. */
const BEGIN_SWEEP = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[2], 'answering', redis.call('HGET', KEYS[2], 'rung') or '0')
redis.call('HDEL', KEYS[2], 'rung')
redis.call('HINCRBY', KEYS[2], 'turn', 1)
redis.call('PEXPIRE', KEYS[2], 3600000)
return 1
`;

/** KEYS inbox gate pace · ARGV gateMs found again firstGapMs maxGapMs */
const END_SWEEP = `${NOW}${TRY_GATE}
local first, longest = tonumber(ARGV[4]), tonumber(ARGV[5])
local gap = tonumber(redis.call('HGET', KEYS[3], 'gap') or '0')
local left = redis.call('HLEN', KEYS[1]) > 0 or ARGV[3] == '1'
local answering = redis.call('HGET', KEYS[3], 'answering') == '1'
if tonumber(ARGV[2]) > 0 or gap == 0 then gap = first
elseif answering or left then gap = math.min(gap * 2, longest) end
redis.call('HSET', KEYS[3], 'gap', int(gap), 'notBefore', int(now + gap))
redis.call('PEXPIRE', KEYS[3], 3600000)
if not left then return {0, 0, 0} end
return try_gate(KEYS[2], KEYS[3], tonumber(ARGV[1]))
`;

/** KEYS inbox · ARGV (key version)… */
const SETTLE_INBOX = `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return redis.call('HLEN', KEYS[1])
`;

/** KEYS entries steps moves · ARGV (refKey movedAt entry)… The same move claimed again keeps its step. */
const CLAIM_RETURNS = `
for i = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[3], ARGV[i]) ~= ARGV[i + 1] then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
    redis.call('HSET', KEYS[2], ARGV[i], 'claimed')
    redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
  end
end
return 1
`;

/** KEYS entries steps · ARGV step refKey… Steps only go forward. */
const ADVANCE_RETURNS = `
local rank = {claimed = 1, moved = 2, explained = 3}
for i = 2, #ARGV do
  local step = redis.call('HGET', KEYS[2], ARGV[i])
  if step and rank[step] < rank[ARGV[1]] then redis.call('HSET', KEYS[2], ARGV[i], ARGV[1]) end
end
return 1
`;

/** KEYS entries steps moves returns · ARGV at keepFrom refKey… An empty \`at\` counts nothing. */
const FINISH_RETURNS = `
for i = 3, #ARGV do
  local known = redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('HDEL', KEYS[2], ARGV[i])
  redis.call('HDEL', KEYS[3], ARGV[i])
  if known == 1 and ARGV[1] ~= '' then redis.call('ZADD', KEYS[4], ARGV[1], ARGV[i] .. '@' .. ARGV[1]) end
end
if ARGV[2] ~= '' then redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. ARGV[2]) end
return 1
`;

/** KEYS current versions · ARGV pipeline expectedVersion nextVersion document textsDigest savedAt ('': now). Answers the version found; -1 when saved. */
const SAVE_POLICY = `${NOW}
local found = redis.call('HGET', KEYS[2], ARGV[1] .. '@last') or '0'
if found ~= ARGV[2] then return found end
redis.call('HSET', KEYS[2], ARGV[1] .. '@last', ARGV[3], ARGV[1] .. '@' .. ARGV[3], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1] .. '@' .. ARGV[3] .. '#saved', (ARGV[6] ~= '' and ARGV[6] or int(now)) .. ' ' .. ARGV[5])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
return '-1'
`;

/** KEYS templates · ARGV field expected next document revision. Answers -1, or the version that stands there instead. */
const SAVE_TEMPLATE = `
local found = redis.call('HGET', KEYS[1], ARGV[1] .. '@') or '0'
if found ~= ARGV[2] then return found end
redis.call('HSET', KEYS[1], ARGV[1] .. '@', ARGV[3], ARGV[1], ARGV[4], '#revision', ARGV[5])
return '-1'
`;

const LEVEL = `
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local per_ms = tonumber(ARGV[1]) / 1000
local level = math.max(0, tonumber(bucket[1] or '0') - (now - tonumber(bucket[2] or int(now))) * per_ms)
local function keep(value)
  redis.call('HSET', KEYS[1], 'level', string.format('%.4f', value), 'at', int(now))
  redis.call('PEXPIRE', KEYS[1], 600000)
end
`;

/** KEYS bucket · ARGV drainPerSecond limit. Answers 0 when taken, else the milliseconds until there may be room. */
const TAKE_REQUEST = `${NOW}${LEVEL}
local over = level + 1 - tonumber(ARGV[2])
if over > 0 then return math.ceil(over / per_ms) end
keep(level + 1)
return 0
`;

/** KEYS bucket · ARGV drainPerSecond capacity */
const FILL_BUCKET = `${NOW}${LEVEL}
keep(math.max(level, tonumber(ARGV[2])))
return 1
`;

/** KEYS lock · ARGV token ttlMs */
const RENEW_LOCK = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
`;

/** KEYS lock · ARGV token */
const RELEASE_LOCK = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/**
 * KEYS waiting last · ARGV lastField identity id document summary. The newest answer of a ticket's cycle stands: only
 * that very answer again is no news, an answer taken back and given once more is.
 */
const ACCEPT_ANSWER = `
local last = redis.call('HGET', KEYS[2], ARGV[1])
if last and string.find(last, ARGV[2], 1, true) then return 0 end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[5])
return 1
`;

/** Without a number of keys, the caller says it. */
const SCRIPTS: readonly (readonly [name: string, numberOfKeys: number | null, lua: string])[] = [
  ['cgRing', 4, RING],
  ['cgBeginSweep', 2, BEGIN_SWEEP],
  ['cgEndSweep', 3, END_SWEEP],
  ['cgSettleInbox', 1, SETTLE_INBOX],
  ['cgClaimReturns', 3, CLAIM_RETURNS],
  ['cgAdvanceReturns', 2, ADVANCE_RETURNS],
  ['cgFinishReturns', 4, FINISH_RETURNS],
  ['cgSavePolicy', 2, SAVE_POLICY],
  ['cgSaveTemplate', 1, SAVE_TEMPLATE],
  ['cgTakeRequest', 1, TAKE_REQUEST],
  ['cgFillBucket', 1, FILL_BUCKET],
  ['cgOperatingWait', 1, OPERATING_WAIT],
  ['cgOperatingSpent', 1, OPERATING_SPENT],
  ['cgOperatingRefused', 1, OPERATING_REFUSED],
  ['cgRenewLock', 1, RENEW_LOCK],
  ['cgReleaseLock', 1, RELEASE_LOCK],
  ['cgClaimMessage', 1, CLAIM_MESSAGE],
  ['cgFindClaim', 1, FIND_CLAIM],
  ['cgAdmitMessage', 4, ADMIT_MESSAGE],
  ['cgOutboxStanding', 3, OUTBOX_STANDING],
  ['cgAcceptAnswer', 2, ACCEPT_ANSWER],
  ['cgNameTickets', 3, NAME_TICKETS],
  ['cgForgetTicket', 4, FORGET_TICKET],
  ['cgAddSignals', 2, ADD_SIGNALS],
  ['cgSettleCards', 1, SETTLE_CARDS],
  ['cgAppendJournal', null, APPEND_JOURNAL],
];

/** Makes the scripts callable on a connection; the client loads each on first use (EVALSHA, then EVAL). */
export function defineScripts(redis: Redis): void {
  for (const [name, numberOfKeys, lua] of SCRIPTS) {
    redis.defineCommand(name, numberOfKeys === null ? { lua } : { numberOfKeys, lua });
  }
}
