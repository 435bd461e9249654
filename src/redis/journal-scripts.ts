/**
 * Lua of the journal: see journal.ts for the keys and journal-chain.ts for what the hashes say. What is old is told by the clock
 * of Redis, which also gives the lines their ids: a machine whose clock runs ahead must not drop what is to be kept.
 */

/**
 * KEYS tickets names times · ARGV (refKey name)… Answers each ticket's name in the journal; a new ticket gets the one
 * offered. Names are all that leads from a line to its ticket.
 */
export const NAME_TICKETS = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local names = {}
for i = 1, #ARGV, 2 do
  if redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) == 1 then redis.call('HSET', KEYS[2], ARGV[i + 1], ARGV[i]) end
  redis.call('ZADD', KEYS[3], now, ARGV[i])
  names[#names + 1] = redis.call('HGET', KEYS[1], ARGV[i])
end
return names
`;

/** KEYS tickets names times lines · ARGV refKey. Answers the name that leads nowhere now; false when there was none. */
export const FORGET_TICKET = `
local name = redis.call('HGET', KEYS[1], ARGV[1])
if name then
  redis.call('HDEL', KEYS[2], name)
  redis.call('HDEL', KEYS[4], name)
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return name
`;

/**
 * KEYS stream head once sealed pipelines tickets names times lines counters… · ARGV seq hash keepMs keepLines
 * onceMs counterMs lines (body hash onceKey sealed ticket)… pipelines (pipeline)… (counterKey field by)…
 * Answers {0} when another process was first, {1} when all lines stand, {2, n…} when these lines (from 1) stand already:
 * the caller leaves them out, because the hashes of the lines after them change.
 * Dropping the oldest lines moves the anchor, so that the chain can still be followed from the first line kept.
 * Each ticket's lines stand under its name as ids, oldest first, the newest 500 or so of a restless one.
 */
export const APPEND_JOURNAL = `
local head = redis.call('HMGET', KEYS[2], 'seq', 'hash')
if (head[1] or '0') ~= ARGV[1] or (head[2] or '') ~= ARGV[2] then return {0} end
local lines, at = tonumber(ARGV[7]), 8
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local keep_from = now - ARGV[3]
local known, fresh = {2}, {}
for i = 1, lines do
  local key = ARGV[at + (i - 1) * 5 + 2]
  if key ~= '' and (fresh[key] or redis.call('ZSCORE', KEYS[3], key)) then known[#known + 1] = i end
  fresh[key] = true
end
if #known > 1 then return known end
local seq, prev = tonumber(ARGV[1]), ARGV[2]
for i = 1, lines do
  local body, hash, key, sealed, ticket = unpack(ARGV, at, at + 4)
  at = at + 5
  seq = seq + 1
  local number = string.format('%.0f', seq)
  local id = redis.call('XADD', KEYS[1], '*', 'entry', body, 'seq', number, 'prev', prev, 'hash', hash)
  redis.call('HSETNX', KEYS[2], 'indexedFrom', id)
  if ticket ~= '' then
    local ids = redis.call('HGET', KEYS[9], ticket)
    if ids and #ids > 9000 then ids = string.sub(ids, string.find(ids, ',', 1, true) + 1) end
    redis.call('HSET', KEYS[9], ticket, ids and (ids .. ',' .. id) or id)
  end
  prev = hash
  if key ~= '' then redis.call('ZADD', KEYS[3], now, key) end
  if sealed ~= '' then redis.call('HSET', KEYS[4], number, sealed) end
end
redis.call('HSET', KEYS[2], 'seq', string.format('%.0f', seq), 'hash', prev)
local pipelines = tonumber(ARGV[at])
for i = 1, pipelines do redis.call('SADD', KEYS[5], ARGV[at + i]) end
for i = at + pipelines + 1, #ARGV, 3 do
  redis.call('HINCRBY', KEYS[9 + tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2])
end
for i = 10, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[6]) end

local surplus = redis.call('XLEN', KEYS[1]) - ARGV[4]
local function kept(row) return surplus <= 0 and tonumber(string.match(row[1], '^%d+')) >= keep_from end
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
if not kept(oldest[1]) then oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', lines + 50) end
local function unlist(id, body)
  local read, line = pcall(cjson.decode, body or '')
  local ticket = read and type(line) == 'table' and line['ticket']
  local ids = type(ticket) == 'string' and redis.call('HGET', KEYS[9], ticket)
  if ids == id then redis.call('HDEL', KEYS[9], ticket)
  elseif ids and string.sub(ids, 1, #id + 1) == id .. ',' then
    redis.call('HSET', KEYS[9], ticket, string.sub(ids, #id + 2))
  end
end
for _, row in ipairs(oldest) do
  if kept(row) then break end
  local fields = {}
  for i = 1, #row[2], 2 do fields[row[2][i]] = row[2][i + 1] end
  redis.call('XDEL', KEYS[1], row[1])
  unlist(row[1], fields['entry'])
  surplus = surplus - 1
  if fields['seq'] then
    redis.call('HSET', KEYS[2], 'anchorSeq', fields['seq'], 'anchorHash', fields['hash'])
    redis.call('HDEL', KEYS[4], fields['seq'])
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. now - ARGV[5])
for _, ticket in ipairs(redis.call('ZRANGEBYSCORE', KEYS[8], '-inf', '(' .. keep_from, 'LIMIT', 0, lines + 50)) do
  local name = redis.call('HGET', KEYS[6], ticket)
  if name then
    redis.call('HDEL', KEYS[7], name)
    redis.call('HDEL', KEYS[9], name)
  end
  redis.call('HDEL', KEYS[6], ticket)
  redis.call('ZREM', KEYS[8], ticket)
end
return {1}
`;
