/** The scripts that Redis runs: each is one step that nothing comes between. */
import type { Limits } from "./options.js";
import { createScript, type Script } from "./script.js";

/**
 * How both begin. A channel's state: `1 <seed> <run> <last> <due> <fork> <before>`. Its epoch is `<seed>-<run>`: the seed is
 * random and made with the state, so it goes with it (FLUSHALL, DEL, eviction, expiry); the run is the server's
 * replication id, which a promoted replica and a restarted server have anew. Both may have lost messages whose
 * positions were given out. `fork` is where this run began, after the run `before`. `due` is when to look for old messages.
 *
 * What is a number to us stays a text where it can: to format one costs Redis more than to look up a key.
 */
const begin = `
local info = redis.call('INFO', 'replication')
local _, id = string.find(info, 'master_replid:', 1, true)
if not id then return redis.error_reply('HALYARD INFO replication tells no master_replid') end
local server = string.sub(info, id + 1, id + 10)
if not redis.REDIS_VERSION_NUM then
  local version = string.match(redis.call('INFO', 'server'), 'redis_version:(%S+)')
  local major, minor = string.match(version or '', '^(%d+)%.(%d+)')
  if major and major * 100 + minor < 602 then
    return redis.error_reply('HALYARD version ' .. version)
  end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local seed, run, last, due, fork, before = ARGV[1], server, '0', 0, '0', '-'
local state = redis.call('GET', KEYS[1])
if state then
  seed, run, last, due, fork, before = string.match(state, '^1 (%S+) (%S+) (%d+) (%d+) (%d+) (%S+)$')
  if not seed then return redis.error_reply('HALYARD state ' .. KEYS[1]) end
elseif redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('UNLINK', KEYS[2])
end
if run ~= server then before, fork, run = run, last, server end
local epoch = seed .. '-' .. run

local function save(last)
  local text = '1 ' .. seed .. ' ' .. run .. ' ' .. last .. ' ' .. due .. ' ' .. fork .. ' ' .. before
  redis.call('SET', KEYS[1], text, 'PX', '$stateLife')
end

local function entries(after, count)
  return redis.call('XRANGE', KEYS[2], (after + 1) .. '-0', '+', 'COUNT', count)
end

-- The last offset between two whose batch was stored before a time, by bisection; else the lower one.
local function older(low, high, than)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local entry = entries(middle, 1)[1]
    local offset, at = string.match(entry and entry[1] or '', '^(%d+)-(%d+)$')
    if offset and tonumber(at) < than then low = tonumber(offset) else high = middle end
  end
  return low
end
`;

/**
 * KEYS: state, stream, writer, then the key of each segment that has one.
 * ARGV: seed, sequence, deadline (ms of the server's clock), live, probe; per segment: messages, hash or "", batch.
 * Gives `<now> <epoch> <last before> <a mark per segment>`, or `late <now>`. A mark: `+` stored, `!` conflict, else the id
 * that the key got first.
 */
const append = `
-- A client may send a command again whose answer it didn't get.
local sent = redis.call('GET', KEYS[3])
if sent then
  local sequence, answer = string.match(sent, '^(%d+) (.*)$')
  if tonumber(sequence) >= tonumber(ARGV[2]) then return answer end
end
-- Or long after its publisher was told that it failed.
if now > tonumber(ARGV[3]) then return 'late ' .. now end
-- Before anything is stored, since it can be forbidden. What fails after the entry is there would leave it half stored,
-- and SET comes first, since it is refused where memory is full: after another write it no longer is.
if ARGV[5] == '1' then
  redis.call('PUBLISH', ARGV[4], '')
  save(last)
  redis.call('PEXPIRE', KEYS[1], '$stateLife')
  redis.call('XTRIM', KEYS[2], 'MINID', '0-0')
end

local at, first, key, marks, batches, used = tostring(now), tonumber(last), 3, '', {}, {}
local to = first
for i = 6, #ARGV, 3 do
  local hash, known = ARGV[i + 1], false
  if hash ~= '' then
    key = key + 1
    known = used[KEYS[key]] or redis.call('GET', KEYS[key])
  end
  if known then
    local id, content = string.match(known, '^(%S+) (%S+)$')
    marks = marks .. ' ' .. (content == hash and id or '!')
  else
    if hash ~= '' then used[KEYS[key]] = epoch .. '.' .. (to + 1) .. ' ' .. hash end
    to = to + ARGV[i]
    batches[#batches + 1] = ARGV[i + 2]
    marks = marks .. ' +'
  end
end
local answer = at .. ' ' .. epoch .. ' ' .. last .. marks
if to == first then return answer end

local batch, ends = batches[2] and table.concat(batches) or batches[1], tostring(to)
redis.call('XADD', KEYS[2], ends .. '-' .. at, tostring(to - first), batch)
redis.call('SET', KEYS[3], ARGV[2] .. ' ' .. answer, 'PX', '$writerLife')
for name, value in pairs(used) do redis.call('SET', name, value, 'PX', '$keyWindow') end
-- Both are left to lie a little longer than they are read, since to trim costs more than to append.
local step, trim = math.ceil($count / 20), 0
if math.floor(to / step) > math.floor(first / step) then trim = math.max(0, to - $count) end
if now >= tonumber(due) then
  due = tostring(now + math.ceil($age / 10))
  trim = older(math.max(0, to - $count), first, now - $age)
  redis.call('PEXPIRE', KEYS[2], '$streamLife')
end
if trim > 0 then redis.call('XTRIM', KEYS[2], 'MINID', (trim + 1) .. '-0') end
save(ends)
local told = redis.pcall('PUBLISH', ARGV[4], epoch .. ' ' .. last .. '\\n' .. batch)
if type(told) == 'table' and told.err then return redis.error_reply('HALYARD told ' .. told.err) end
return answer
`;

/**
 * KEYS: state, stream. ARGV: seed; the position: its seed (or "" for the oldest, "?" for none that could be), run and
 * offset; messages, bytes. Gives `<epoch> <last> <from> <reason or ->` and then of each entry: last offset, messages, batch.
 */
const read = `
if not state then save(last)
elseif redis.call('PTTL', KEYS[1]) < $stateLife / 2 then redis.call('PEXPIRE', KEYS[1], '$stateLife') end

last, fork = tonumber(last), tonumber(fork)
local limit, maxBytes = tonumber(ARGV[5]), tonumber(ARGV[6])
local floor = math.max(0, last - $count)
local from, reason, offset = floor, '-', tonumber(ARGV[4])
if ARGV[2] == '?' then reason = 'unknown'
elseif ARGV[2] ~= '' then
  if ARGV[2] ~= seed then reason = 'epoch'
  elseif ARGV[3] == run then
    if offset > last then reason = 'unknown'
    elseif offset < floor then reason = 'trimmed'
    else from = offset end
  else
    reason = 'epoch'
    -- What it has of the run before is known, up to where this one began.
    if ARGV[3] == before then from = math.max(floor, math.min(offset, fork)) end
  end
end

local out, lost = {''}, false
if limit > 0 and from < last then
  local page = entries(from, 1)
  local at = string.match(page[1] and page[1][1] or '', '-(%d+)$')
  if at and tonumber(at) < now - $age then
    lost = true
    from = older(from, last, now - $age)
    page = entries(from, 1)
  end
  local to, messages, bytes, size = from, 0, 0, 1
  while page[1] do
    for _, entry in ipairs(page) do
      local offset, count, batch = tonumber(string.match(entry[1], '^%d+')), tonumber(entry[2][1]), entry[2][2]
      if offset - count > to then
        -- A hole within the page is told with the next one.
        if out[2] then page = {} break end
        lost, from, to = true, offset - count, offset - count
      end
      out[#out + 1] = offset
      out[#out + 1] = count
      out[#out + 1] = batch
      messages, bytes, to = messages + offset - to, bytes + #batch, offset
      if messages >= limit or bytes >= maxBytes or to >= last then page = {} break end
    end
    if page[1] then
      size = math.min(size * 2, 64)
      page = entries(to, size)
    end
  end
  if not out[2] then lost, from = true, last end
end
if lost and ARGV[2] ~= '' and reason == '-' then reason = 'trimmed' end
out[1] = epoch .. ' ' .. last .. ' ' .. from .. ' ' .. reason
return out
`;

/** A state outlives what it counts, and the pauses between two looks at a channel that is watched. */
const SHORTEST_STATE = 600_000;

/** The scripts for some limits, which stand in them: fewer arguments to send and to read. */
export function scriptsFor({ count, age, keyWindow, timeout }: Limits): { append: Script; read: Script } {
  const numbers: Record<string, number> = {
    count,
    age,
    keyWindow,
    stateLife: Math.max(2 * age, keyWindow, SHORTEST_STATE),
    streamLife: age + Math.ceil(age / 5) + 1_000,
    writerLife: 2 * timeout + 60_000,
  };
  const fill = (text: string) => createScript(text.replace(/\$([a-z]+)/gi, (_, name) => `${numbers[name]}`));
  return { append: fill(begin + append), read: fill(begin + read) };
}
