/** KEYS due · ARGV (field text)… Forgets what is still as it was read. */
export const SETTLE_CARDS = `
local gone = 0
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then
    gone = gone + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return gone
`;
