/** Lua of the outbox: claims of single messages, and the counts that decide whether one may leave. */

/** KEYS message · ARGV document keepMs. Answers what stood there; false when the message is claimed by this call. */
export const CLAIM_MESSAGE = `
local found = redis.call('GET', KEYS[1])
if not found then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return found
`;

/** KEYS message · ARGV found document keepMs. Changes nothing when it is not what was found any more. */
export const FIND_CLAIM = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`;

/**
 * The average is taken over earlier hours in which messages left: nights would otherwise make every morning look like a
 * flood. `base` is what a person let pass by resuming.
 */
const COUNT_HOUR = `
local function count_hour(key, hour_name, keep, drop)
  local hour, sum, hours = tonumber(hour_name), 0, 0
  local counts = redis.call('HGETALL', key)
  local count, base, resumed = 0, 0, false
  for i = 1, #counts, 2 do
    local name, value = counts[i], tonumber(counts[i + 1])
    local at = tonumber(name)
    if name == hour_name then count = value
    elseif name == 'base@' .. hour_name then base = value
    elseif at and at < hour and at >= hour - keep then
      sum = sum + value
      hours = hours + 1
    elseif drop and not (at and at > hour) then redis.call('HDEL', key, name) end
    if name == 'resumed' then resumed = true end
  end
  if resumed then base = count end
  if drop and resumed then redis.call('HSET', key, 'base@' .. hour_name, base) end
  local average = 0
  if hours > 0 then average = sum / hours end
  return count, base, average
end
local function text(x) return string.format('%.1f', x) end
`;

/**
 * KEYS hours breaker run held · ARGV hour floor factor keepHours minute perRun now message. Answers 1: it may leave;
 * 0: stopped; minus n: this minute has had its share, n minutes later there is room.
 */
export const ADMIT_MESSAGE = `${COUNT_HOUR}
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('SADD', KEYS[4], ARGV[8])
  return 0
end
local run = redis.call('HMGET', KEYS[3], 'minute', 'left', 'later')
local left, later = 0, 0
if run[1] == ARGV[5] then left, later = tonumber(run[2]), tonumber(run[3]) end
local per_run = tonumber(ARGV[6])
if left >= per_run then
  redis.call('HSET', KEYS[3], 'later', later + 1)
  return 0 - math.ceil((later + 1) / per_run)
end
local count, base, average = count_hour(KEYS[1], ARGV[1], tonumber(ARGV[4]), true)
local limit = math.max(tonumber(ARGV[2]), average * tonumber(ARGV[3]))
if count - base + 1 > limit then
  redis.call('SET', KEYS[2], table.concat({ARGV[7], text(count - base), text(average), text(limit)}, ':'))
  redis.call('SADD', KEYS[4], ARGV[8])
  return 0
end
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
redis.call('HSET', KEYS[3], 'minute', ARGV[5], 'left', left + 1, 'later', later)
return 1
`;

/** KEYS hours breaker held · ARGV hour floor factor keepHours. Changes nothing. */
export const OUTBOX_STANDING = `${COUNT_HOUR}
local count, base, average = count_hour(KEYS[1], ARGV[1], tonumber(ARGV[4]), false)
local limit = math.max(tonumber(ARGV[2]), average * tonumber(ARGV[3]))
return {redis.call('GET', KEYS[2]) or '', text(count - base), text(average), text(limit), redis.call('SCARD', KEYS[3])}
`;
