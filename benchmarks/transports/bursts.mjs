// @ts-check
/** 250 messages a tick, through the broker to a subscriber: how many arrive in a second, all of them and in order. */
import { PAYLOAD } from "./contestant.mjs";
import { cpuOf, median, ownCpu } from "./stats.mjs";
import { table, tenths, whole } from "./table.mjs";

const BURST = 250;
/** Bursts that the broker may not have answered yet. */
const UNANSWERED = 8;
/** Messages that may be on their way. A subscriber that falls further behind holds the publisher up. */
const ON_THE_WAY = 5_000;

/**
 * @param {import("./contestant.mjs").Engine} engine
 * @param {{ short: boolean }} options
 */
export async function bursts({ name, bursts, messages, pid }, { short }) {
  const rounds = short ? 2 : 7;
  const count = short ? messages / 10 : messages;
  const running = [];
  for (const contestant of bursts) {
    const session = await contestant.open(`bursts-${Math.random().toString(36).slice(2)}`);
    const receiver = receive(contestant.name);
    await session.subscribe?.(receiver.take, receiver.lost);
    const own = Math.ceil((count * (contestant.pace ?? 1)) / BURST) * BURST;
    const one = {
      ...contestant,
      session,
      receiver,
      messages: own,
      next: 0,
      rounds: /** @type {Round[]} */ ([]),
    };
    await round(one, BURST * 4, pid);
    running.push(one);
  }
  // In turns, so that a busy machine slows all of them.
  for (let i = 0; i < rounds; i++) {
    for (const one of running) one.rounds.push(await round(one, one.messages, pid));
  }
  const rateOf = (/** @type {typeof running[number] | undefined} */ one) =>
    median(one?.rounds.map(({ rate }) => rate) ?? []);
  const baseOf = (/** @type {string | undefined} */ beside) =>
    rateOf(running.find(({ name }) => name === beside) ?? running[0]);
  const rows = running.map((one) => [
    one.name,
    whole(rateOf(one)),
    tenths(median(one.rounds.map(({ client }) => client))),
    tenths(median(one.rounds.map(({ server }) => server))),
    `×${(rateOf(one) / baseOf(one.beside)).toFixed(1)}`,
  ]);
  table(`${name}: bursts of ${BURST} a tick; all arrived once, in order`, rows, [
    ...["delivered/s", "client CPU µs", "server CPU µs", "ratio"],
  ]);
  for (const { session } of running) await session.stop();
}

/** @typedef {{ rate: number, client: number, server: number }} Round */

/**
 * @param {{ session: import("./contestant.mjs").Session, receiver: ReturnType<typeof receive>, next: number }} one
 * @param {number} messages
 * @param {number | undefined} pid
 * @returns {Promise<Round>}
 */
async function round(one, messages, pid) {
  globalThis.gc?.();
  const begin = {
    time: performance.now(),
    client: ownCpu(),
    server: pid === undefined ? undefined : cpuOf(pid),
  };
  const end = one.next + messages;
  const unanswered = [];
  while (one.next < end) {
    const tick = [];
    for (let i = 0; i < BURST; i++) tick.push(one.session.publish({ seq: one.next++, text: PAYLOAD }));
    unanswered.push(Promise.all(tick));
    if (unanswered.length >= UNANSWERED) await unanswered.shift();
    await one.receiver.until(one.next - ON_THE_WAY);
    await new Promise(setImmediate);
  }
  await Promise.all(unanswered);
  await one.receiver.until(end);
  const seconds = (performance.now() - begin.time) / 1000;
  const server =
    begin.server === undefined || pid === undefined ? Number.NaN : (cpuOf(pid) ?? 0) - begin.server;
  return {
    rate: messages / seconds,
    client: (ownCpu() - begin.client) / messages,
    server: server / messages,
  };
}

/** Counts what arrives; what is lost, comes twice or out of order ends the benchmark. @param {string} name */
function receive(name) {
  let next = 0;
  let wanted = Infinity;
  /** @type {() => void} */
  let reached = () => {};
  /** @type {(error: Error) => void} */
  let broken = () => {};
  const fail = (/** @type {string} */ why) => {
    const error = new Error(`${name}: ${why}`);
    broken(error);
    throw error;
  };
  return {
    take(/** @type {import("./contestant.mjs").Message} */ { seq }) {
      if (seq !== next) fail(`message ${seq} came where ${next} was due`);
      next++;
      if (next >= wanted) reached();
    },
    lost: (/** @type {string} */ why) => fail(why),
    /** Resolves when so many have arrived. @param {number} count */
    until(count) {
      if (next >= count) return;
      return new Promise((resolve, reject) => {
        wanted = count;
        reached = () => resolve(undefined);
        broken = reject;
        setTimeout(
          () => reject(new Error(`${name}: ${next} of ${count} messages came in 60 s`)),
          60_000,
        ).unref();
      });
    },
  };
}
