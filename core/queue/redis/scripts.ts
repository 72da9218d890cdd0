import { createHash } from 'node:crypto';
import type { RedisClient } from './connection.ts';
import { isNoScript } from './problems.ts';

/**
 * The keys of one lane. bee-queue has `waiting` and `active` (lists of ids; the right end of `waiting` is next),
 * `stalling` (a set of ids) and `jobs` (id to JSON). `paused` is ours, one for both lanes.
 */
export interface LaneKeys {
  readonly waiting: string;
  readonly active: string;
  readonly stalling: string;
  readonly jobs: string;
  readonly paused: string;
}

interface Script {
  readonly text: string;
  readonly sha: string;
}

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

async function run(
  client: RedisClient,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args);
  } catch (error) {
    if (!isNoScript(error)) throw error;
    return client.eval(text, keys.length, ...keys, ...args);
  }
}

// What may be refused for want of memory comes first in each script: what a script has done before it fails stays.

const BEGIN = script(`
local active, stalling, jobs, paused, others = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local id, run, data = ARGV[1], ARGV[2], ARGV[3]
local pause = redis.call('get', paused)
if pause == '1' then return -1 elseif not pause then return -2 end
redis.call('hset', jobs, run, data)
redis.call('lpush', active, run)
if redis.call('lrem', active, 1, id) == 1 then
  redis.call('hdel', jobs, id)
  redis.call('srem', stalling, id)
end
return redis.call('llen', others)
`);

/**
 * Begins the run of a job that was taken: it goes on under the id of the run, so that from now on a reference to the
 * same event waits again. A run whose worker dies is found in \`active\` by its id and waits again as it is.
 * The job need not be in \`active\` any more (it stalled, or Redis forgot everything): it begins all the same.
 * @param others list whose length is wanted along with it
 * @returns that length; or that the queue is paused, or that Redis does not know whether it is, and nothing has changed
 */
export async function beginRun(
  client: RedisClient,
  { active, stalling, jobs, paused }: LaneKeys,
  job: { readonly id: string; readonly runId: string; readonly data: string },
  others: string,
): Promise<number | 'paused' | 'not known'> {
  const keys = [active, stalling, jobs, paused, others];
  const answer = Number(await run(client, BEGIN, keys, [job.id, job.runId, job.data]));
  if (answer >= 0) return answer;
  return answer === -1 ? 'paused' : 'not known';
}

const END = script(`
local active, stalling, jobs, failures = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
redis.call('lrem', active, 0, ARGV[1])
redis.call('srem', stalling, ARGV[1])
redis.call('hdel', jobs, ARGV[1])
if ARGV[2] then redis.call('hdel', failures, ARGV[2]) end
`);

/**
 * Ends a job: it is gone. Unlike a transaction it is not refused when memory is short.
 * @param failures the hash of failed runs
 * @param endedWell the event, when its run ended well: what it failed at before is forgotten
 */
export async function endJob(
  client: RedisClient,
  { active, stalling, jobs }: LaneKeys,
  failures: string,
  id: string,
  endedWell: string | undefined,
): Promise<void> {
  await run(
    client,
    END,
    [active, stalling, jobs, failures],
    endedWell === undefined ? [id] : [id, endedWell],
  );
}

const FAIL = script(`
local kept = redis.call('hget', KEYS[1], ARGV[1])
local entry = cjson.decode(ARGV[2])
entry.times = (kept and cjson.decode(kept).times or 0) + 1
redis.call('hset', KEYS[1], ARGV[1], cjson.encode(entry))
`);

/** Keeps that a run of an event threw, in the place of what it threw before, and counts how often it did. */
export async function keepFailure(
  client: RedisClient,
  key: string,
  eventId: string,
  entry: string,
): Promise<void> {
  await run(client, FAIL, [key], [eventId, entry]);
}

const GIVE_BACK = script(`
local waiting, active, stalling, jobs = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, data = ARGV[1], ARGV[2]
local taken = false
for _, other in ipairs(redis.call('lrange', active, 0, -1)) do taken = taken or other == id end
if taken or redis.call('hexists', jobs, id) == 0 then
  redis.call('hset', jobs, id, data)
  redis.call('rpush', waiting, id)
end
redis.call('lrem', active, 1, id)
redis.call('srem', stalling, id)
`);

/** Puts a job that was taken and has not begun back to where it is taken from next. */
export async function giveBack(
  client: RedisClient,
  { waiting, active, stalling, jobs }: LaneKeys,
  job: { readonly id: string; readonly data: string },
): Promise<void> {
  await run(client, GIVE_BACK, [waiting, active, stalling, jobs], [job.id, job.data]);
}

const MEND = script(`
local waiting, active, jobs = KEYS[1], KEYS[2], KEYS[3]
if redis.call('hlen', jobs) == redis.call('llen', waiting) + redis.call('llen', active) then return 0 end
local listed, mended = {}, 0
for _, list in ipairs({active, waiting}) do
  for _, id in ipairs(redis.call('lrange', list, 0, -1)) do
    if listed[id] or redis.call('hexists', jobs, id) == 0 then
      redis.call('lrem', list, -1, id)
      mended = mended + 1
    else
      listed[id] = true
    end
  end
end
for _, id in ipairs(redis.call('hkeys', jobs)) do
  if not listed[id] then
    redis.call('lpush', waiting, id)
    mended = mended + 1
  end
end
return mended
`);

/**
 * Makes lists and jobs agree again when they do not: a server that evicts keys can lose one of them. A job that is in
 * no list would swallow every further reference to its event; it waits again. An id without a job is dropped. Costs
 * three lengths when all is well.
 * @returns how many ids were put right
 */
export async function mend(client: RedisClient, { waiting, active, jobs }: LaneKeys): Promise<number> {
  return Number(await run(client, MEND, [waiting, active, jobs], []));
}

const COUNT = script(`
local answer = {redis.call('get', KEYS[1]), redis.call('hlen', KEYS[2])}
for i = 3, #KEYS, 2 do
  answer[#answer + 1] = redis.call('llen', KEYS[i])
  answer[#answer + 1] = redis.call('lrange', KEYS[i + 1], 0, -1)
end
return answer
`);

/** Lengths at one moment. */
export interface LaneCounts {
  readonly waiting: number;
  /** Ids of jobs that were taken, begun or not. */
  readonly taken: readonly string[];
  /** What the key of the pause holds; null when absent. */
  readonly paused: string | null;
  /** Events whose latest run threw. */
  readonly failed: number;
}

/** Looks at all lanes at one moment; not refused when memory is short, as a transaction is. */
export async function countJobs(
  client: RedisClient,
  lanes: readonly LaneKeys[],
  { paused, failures }: { readonly paused: string; readonly failures: string },
): Promise<LaneCounts> {
  const keys = [paused, failures, ...lanes.flatMap(({ waiting, active }) => [waiting, active])];
  // The script builds exactly this.
  const [isPaused, failed, ...lists] = (await run(client, COUNT, keys, [])) as [
    string | null,
    number,
    ...(number | string[])[],
  ];
  const waiting = lists.reduce<number>((sum, length) => (typeof length === 'number' ? sum + length : sum), 0);
  const taken = lists.flatMap((ids) => (typeof ids === 'number' ? [] : ids));
  return { waiting, taken, paused: isPaused, failed };
}
