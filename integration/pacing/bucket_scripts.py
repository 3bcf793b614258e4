"""A store's bucket as a Valkey script: atomic, by Valkey's own clock, told by every answer.

Kept is the level with only what was settled taken off (`level`), and what is under way apart
(`flying`): what may be reserved is the difference. Who has to wait stands in a line: live ones by
the time they came, bulk ones as if they had come later, and each leaves what those before it need.
Bulk requests leave a small part of the bucket besides. A waiter sleeps as long as it is told;
when something comes back to the bucket the first in line is woken.
"""

_STATE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local bucket, flights, line, prices = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local held = redis.call('HMGET', bucket, 'level', 'maximum', 'rate', 'at', 'spent')
local level, maximum = tonumber(held[1]), tonumber(held[2])
local rate, at, spent = tonumber(held[3]), tonumber(held[4]), tonumber(held[5]) or 0
-- Valkey's clock may have been put back: that takes nothing out of the bucket.
if level then level = math.min(maximum, level + math.max(0, now - at) * rate) end

local function fields(text)
  local found = {}
  for one in string.gmatch(text, '[^|]+') do found[#found + 1] = tonumber(one) end
  return found[1], found[2], found[3], found[4]
end

-- What a process that died had under way counts as charged.
local flying, oldest = 0, now
local list = redis.call('HGETALL', flights)
for i = 1, #list, 2 do
  local cost, _, since, ends = fields(list[i + 1])
  if ends < now then
    redis.call('HDEL', flights, list[i])
    spent = spent + cost
    if level then level = level - cost end
  else
    flying = flying + cost
    if since < oldest then oldest = since end
  end
end

local function keep()
  if level then
    redis.call('HSET', bucket, 'level', string.format('%.6f', level), 'maximum', maximum,
      'rate', rate, 'at', string.format('%.6f', now), 'spent', string.format('%.6f', spent))
    redis.call('EXPIRE', bucket, 3600)
  end
  redis.call('EXPIRE', flights, 3600)
  redis.call('EXPIRE', line, 3600)
end

-- The one who is first in line sleeps longer than it has to: wake it.
local function nudge()
  local first, first_score, first_need, first_until = nil, nil, nil, nil
  local waiting = redis.call('HGETALL', line)
  for i = 1, #waiting, 2 do
    local score, need, wakes, ends = fields(waiting[i + 1])
    if ends >= now and (not first or score < first_score) then
      first, first_score, first_need, first_until = waiting[i], score, need, wakes
    end
  end
  if not first or not level then return end
  local seconds = math.max(0, (first_need - (level - flying)) / rate)
  if first_until - (now + seconds) > 0.02 then
    local wake = bucket .. ':wake:' .. first
    redis.call('RPUSH', wake, '1')
    redis.call('EXPIRE', wake, 10)
  end
end
"""

# ARGV: ticket, size, is it live, patience of bulk, the share that bulk leaves, how long a request
# may be under way, how late a sleeper may be, what a request may cost at most.
# Returns seconds to wait, "0" when it was reserved.
RESERVE = (
    _STATE
    + """
local ticket, size, is_live = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1'
local patience, share, lasts, grace =
  tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

local function take(cost)
  redis.call('HDEL', line, ticket)
  redis.call('HSET', flights, ticket,
    string.format('%.6f|%.6f|%.6f|%.6f', cost, spent, now, now + lasts))
  flying = flying + cost
  nudge()
  keep()
  return '0'
end

if not level then
  -- Nobody knows the bucket yet: one asks, the others wait for what its answer tells.
  if flying == 0 and now - oldest == 0 and redis.call('HLEN', flights) == 0 then
    return take(0)
  end
  if now - oldest > 5 then return take(0) end
  return '0.05'
end

-- A price that nobody knows may be a high one; whoever waits for an answer tries at once.
local cost = nil
local known = redis.call('HGETALL', prices)
for i = 1, #known, 2 do
  -- A larger request costs more, and at most in proportion.
  local most = tonumber(known[i + 1]) * math.max(1, size / tonumber(known[i]))
  if not cost or most < cost then cost = most end
end
cost = math.min(cost or (is_live and maximum * share or tonumber(ARGV[8])), maximum)
local mine = redis.call('HGET', line, ticket)
local score = mine and fields(mine) or (is_live and now or now + patience)
local ahead = 0
local waiting = redis.call('HGETALL', line)
for i = 1, #waiting, 2 do
  if waiting[i] ~= ticket then
    local other, need, _, ends = fields(waiting[i + 1])
    if ends < now then
      redis.call('HDEL', line, waiting[i])
    elseif other < score or (other == score and waiting[i] < ticket) then
      ahead = ahead + need
    end
  end
end
local left = 0
if not is_live and now < score then left = math.min(maximum * share, maximum - cost) end
local missing = ahead + cost + left - (level - flying)
if missing <= 0.000001 then return take(cost) end
local seconds = missing / rate
redis.call('HSET', line, ticket, string.format(
  '%.6f|%.6f|%.6f|%.6f', score, cost, now + seconds, now + seconds + grace))
keep()
return string.format('%.6f', seconds)
"""
)

# ARGV: ticket, size, is it told, requested, actual, available, maximum, restored a second.
SETTLE = (
    _STATE
    + """
local ticket, size = ARGV[1], ARGV[2]
local cost, before = 0, spent
local mine = redis.call('HGET', flights, ticket)
if mine then
  cost, before = fields(mine)
  flying = flying - cost
  redis.call('HDEL', flights, ticket)
end
if ARGV[3] == '1' then
  local actual, available = tonumber(ARGV[5]), tonumber(ARGV[6])
  maximum, rate = tonumber(ARGV[7]), tonumber(ARGV[8])
  redis.call('HSET', prices, size, ARGV[4])
  redis.call('EXPIRE', prices, 86400)
  -- Of what others have under way, and of what was settled since this one was sent, the store may
  -- have charged all or nothing when it answered.
  local least = available - flying - (spent - before)
  spent = spent + actual
  local free = level and (level - actual - flying) or least
  level = math.max(least, math.min(available, free)) + flying
else
  spent = spent + cost
  if level then level = level - cost end
end
nudge()
keep()
return 1
"""
)
