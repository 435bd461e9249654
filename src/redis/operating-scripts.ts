/**
 * Lua of the operating time: one field per method, `seconds@resetAt@secondsPerCall@nextAt`, and `limit:<method>` as `seconds@until` where a
 * portal refused earlier than its limit was thought to be. An older version of the app wrote and reads `seconds@resetAt` alone.
 */

/** Lua patterns have no optional groups: the two parts of an older entry are completed before it is read. */
const READ = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function int(x) return string.format('%.0f', x) end
local function read(method)
  local found = redis.call('HGET', KEYS[1], method)
  if not found then return nil end
  local seconds, reset_at, rest = string.match(found, '^([%d.]+)@(%d+)(.*)$')
  if not seconds then return nil end
  local per_call, next_at = string.match(rest, '^@([%d.]+)@(%d+)$')
  return {
    seconds = tonumber(seconds), reset_at = tonumber(reset_at),
    per_call = tonumber(per_call or '0'), next_at = tonumber(next_at or '0')
  }
end
local function write(method, e)
  local value = string.format('%.3f', e.seconds) .. '@' .. int(e.reset_at)
  redis.call('HSET', KEYS[1], method, value .. '@' .. string.format('%.3f', e.per_call) .. '@' .. int(e.next_at))
end
local function limit_of(method, usual)
  local seconds, till = string.match(redis.call('HGET', KEYS[1], 'limit:' .. method) or '', '^([%d.]+)@(%d+)$')
  if not seconds or tonumber(till) <= now then return usual end
  return math.min(usual, tonumber(seconds))
end
`;

/** KEYS operating · ARGV method seconds freesInMs secondsPerCall. The portal's own figure stands in for what was reckoned. */
export const OPERATING_SPENT = `${READ}
local known = read(ARGV[1])
write(ARGV[1], {
  seconds = tonumber(ARGV[2]), reset_at = now + ARGV[3],
  per_call = tonumber(ARGV[4]), next_at = known and known.next_at or 0
})
return 1
`;

/**
 * KEYS operating · ARGV limitSeconds slowShare hardShare probeMs (method calls)…
 * 0: all of them may be called now, and their cost is reckoned as used. Else milliseconds to wait, and nothing is reckoned. From
 * slowShare on, calls are spread over the time until the portal frees the oldest of its minutes; past hardShare they wait for it; what
 * alone is more than that goes when next to nothing is used.
 */
export const OPERATING_WAIT = `${READ}
local passing = {}
local longest = 0
for i = 5, #ARGV, 2 do
  local e = read(ARGV[i])
  if e then
    local limit = limit_of(ARGV[i], tonumber(ARGV[1]))
    local hard = limit * tonumber(ARGV[3])
    local cost = math.min(e.per_call * tonumber(ARGV[i + 1]), hard)
    local after = e.seconds + cost
    if e.reset_at <= now then
      if after > limit * tonumber(ARGV[2]) then
        -- What the oldest minute leaves free only the portal knows: one goes ahead and hears it, the others wait for that.
        passing[ARGV[i]] = {
          seconds = e.seconds, reset_at = now + tonumber(ARGV[4]), per_call = e.per_call, next_at = now + tonumber(ARGV[4])
        }
      end
    elseif e.next_at > now then longest = math.max(longest, e.next_at - now)
    elseif e.seconds >= hard or (after > hard and e.seconds > hard / 10) then longest = math.max(longest, e.reset_at - now)
    else
      local pause = 0
      if after > limit * tonumber(ARGV[2]) then
        pause = cost * (e.reset_at - now) / math.max(hard - e.seconds, cost, 0.001)
      end
      passing[ARGV[i]] = { seconds = after, reset_at = e.reset_at, per_call = e.per_call, next_at = now + pause }
    end
  end
end
if longest > 0 then return math.ceil(longest) end
for method, e in pairs(passing) do write(method, e) end
return 0
`;

/**
 * KEYS operating · ARGV method pauseMs leastSeconds keepMs. The portal refused: whoever asks waits, and the figure it refused at is
 * taken for its limit from now on (a portal of one's own has another than the cloud).
 */
export const OPERATING_REFUSED = `${READ}
local known = read(ARGV[1])
local seconds = known and known.seconds or 0
if seconds >= tonumber(ARGV[3]) then
  redis.call('HSET', KEYS[1], 'limit:' .. ARGV[1], string.format('%.3f', seconds) .. '@' .. int(now + tonumber(ARGV[4])))
end
local reset_at = now + tonumber(ARGV[2])
if known and known.reset_at > now then reset_at = math.min(known.reset_at, reset_at) end
write(ARGV[1], {
  seconds = seconds, reset_at = reset_at, per_call = known and known.per_call or 0, next_at = reset_at
})
return 1
`;
