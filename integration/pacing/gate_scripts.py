"""A host's gate as a Valkey script: slots with leases, a line of waiters, fewer after a complaint.

A slot's lease ends by itself when its process died. Somebody who looks something up may pass
beside as many as may run; bulk requests never do. A slot that comes free is handed to the first in
line, which is woken.
"""

_STATE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local gate, running, line = KEYS[1], KEYS[2], KEYS[3]
local most, lease = tonumber(ARGV[2]), tonumber(ARGV[3])
local held = redis.call('HMGET', gate, 'limit', 'epoch', 'well', 'closed_until')
local limit, epoch = tonumber(held[1]) or most, tonumber(held[2]) or 0
local well, closed_until = tonumber(held[3]) or 0, tonumber(held[4]) or 0

local function fields(text)
  local found = {}
  for one in string.gmatch(text, '[^|]+') do found[#found + 1] = tonumber(one) end
  return found[1], found[2], found[3]
end

local taken = 0
local slots = redis.call('HGETALL', running)
for i = 1, #slots, 2 do
  if tonumber(slots[i + 1]) < now then redis.call('HDEL', running, slots[i])
  else taken = taken + 1 end
end

local function take(ticket, seconds)
  redis.call('HDEL', line, ticket)
  redis.call('HSET', running, ticket, string.format('%.6f', now + seconds))
  taken = taken + 1
end

local function first()
  local found, found_score, found_live = nil, nil, 0
  local waiting = redis.call('HGETALL', line)
  for i = 1, #waiting, 2 do
    local score, ends, is_live = fields(waiting[i + 1])
    if ends < now then redis.call('HDEL', line, waiting[i])
    elseif not found or score < found_score then
      found, found_score, found_live = waiting[i], score, is_live
    end
  end
  return found, found_live
end

-- Hand free slots to those in line. The lease is short until they say that they are there.
local function hand_over()
  if closed_until > now then return end
  while true do
    local ticket, is_live = first()
    if not ticket or taken >= limit + is_live then return end
    take(ticket, 5)
    local wake = gate .. ':wake:' .. ticket
    redis.call('RPUSH', wake, '1')
    redis.call('EXPIRE', wake, 10)
  end
end

local function keep()
  redis.call('HSET', gate, 'limit', limit, 'epoch', epoch, 'well', well,
    'closed_until', string.format('%.6f', closed_until))
  redis.call('EXPIRE', gate, 86400)
  redis.call('EXPIRE', running, 3600)
  redis.call('EXPIRE', line, 3600)
end
"""

# ARGV: ticket, most at once, lease, is it live, patience of bulk, how often a waiter looks.
# Returns {seconds to wait or "0", epoch, limit, the most}.
ENTER = (
    _STATE
    + """
local ticket, is_live, patience, looks = ARGV[1], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
if redis.call('HEXISTS', running, ticket) == 1 then
  redis.call('HSET', running, ticket, string.format('%.6f', now + lease))
  return {'0', epoch, limit}
end
local mine = redis.call('HGET', line, ticket)
local score = mine and fields(mine) or (is_live == 1 and now or now + patience)
local seconds = closed_until > now and closed_until - now or tonumber(looks)
redis.call('HSET', line, ticket,
  string.format('%.6f|%.6f|%d', score, now + seconds + 3, is_live))
hand_over()
keep()
if redis.call('HEXISTS', running, ticket) == 1 then
  redis.call('DEL', gate .. ':wake:' .. ticket)
  redis.call('HSET', running, ticket, string.format('%.6f', now + lease))
  return {'0', epoch, limit}
end
return {string.format('%.6f', seconds), epoch, limit}
"""
)

# ARGV: ticket, most at once, lease.
LEAVE = (
    _STATE
    + """
if redis.call('HDEL', running, ARGV[1]) == 1 then taken = taken - 1 end
redis.call('HDEL', line, ARGV[1])
hand_over()
return 1
"""
)

# ARGV: -, most at once, lease, answers after which one more may run. Returns the limit.
WENT_WELL = (
    _STATE
    + """
well = well + 1
if well >= tonumber(ARGV[4]) and limit < most then
  limit, well = limit + 1, 0
  hand_over()
end
keep()
return limit
"""
)

# ARGV: -, most at once, lease, epoch of the one who was refused, seconds of quiet.
COMPLAINED = (
    _STATE
    + """
well = 0
closed_until = math.max(closed_until, now + tonumber(ARGV[5]))
-- Requests that ran side by side complain together, which counts once.
if tonumber(ARGV[4]) == epoch then
  epoch, limit = epoch + 1, math.max(1, math.floor(limit / 2))
end
keep()
return limit
"""
)
