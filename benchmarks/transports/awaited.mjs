// @ts-check
/** One message at a time: until the broker has it, and until a subscriber has it. */
import { PAYLOAD } from "./contestant.mjs";
import { ownCpu, quantile } from "./stats.mjs";
import { table, tenths, thousandths } from "./table.mjs";

/** Messages that one publishes in a row: few, so that all meet the same machine; not one, which would find nothing warm. */
const TURN = 20;

/**
 * Contestants take turns.
 *
 * @param {import("./contestant.mjs").Engine} engine
 * @param {{ short: boolean }} options
 */
export async function awaited({ name, awaited }, { short }) {
  const messages = short ? 200 : 3_000;
  const stored = await times(awaited, messages, false);
  const delivered = await times(awaited, short ? 100 : 1_000, true);
  const rows = stored.map(({ name, beside, ms, cpu }) => {
    const base = quantile((stored.find(({ name }) => name === beside) ?? stored[0])?.ms ?? [], 0.5);
    const there = delivered.find((one) => one.name === name)?.ms ?? [];
    const p50 = quantile(ms, 0.5);
    const figures = [p50, quantile(ms, 0.99), quantile(there, 0.5), quantile(there, 0.99)];
    return [name, ...figures.map(thousandths), tenths(cpu / ms.length), `×${(p50 / base).toFixed(2)}`];
  });
  table(`${name}: one awaited publish, and until it is delivered (ms)`, rows, [
    ...["p50", "p99", "delivered p50", "p99", "client CPU µs", "p50 ratio"],
  ]);
}

/**
 * @param {readonly import("./contestant.mjs").Contestant[]} contestants
 * @param {number} messages
 * @param {boolean} delivered Whether to wait for the subscriber, too.
 */
async function times(contestants, messages, delivered) {
  const running = [];
  for (const { name, beside, open } of contestants) {
    const session = await open(`awaited-${Math.random().toString(36).slice(2)}`);
    const one = {
      name,
      beside,
      session,
      got: -1,
      arrived: () => {},
      cpu: 0,
      ms: /** @type {number[]} */ ([]),
    };
    if (delivered && !session.subscribe) {
      await session.stop();
      continue;
    }
    if (session.subscribe && delivered) {
      await session.subscribe(
        ({ seq }) => {
          one.got = seq;
          one.arrived();
        },
        (why) => {
          throw new Error(`${name}: ${why}`);
        },
      );
    }
    running.push(one);
  }
  const warmUp = Math.ceil(messages / 10);
  for (let turn = 0; turn * TURN < messages + warmUp; turn++) {
    // Each goes first at some time.
    for (let k = 0; k < running.length; k++) {
      const one = /** @type {typeof running[number]} */ (running[(turn + k) % running.length]);
      const used = ownCpu();
      for (let seq = turn * TURN; seq < (turn + 1) * TURN; seq++) {
        const arrival = new Promise((resolve) => {
          one.arrived = () => one.got === seq && resolve(undefined);
        });
        const begin = performance.now();
        await one.session.publish({ seq, text: PAYLOAD });
        if (delivered) await arrival;
        if (seq >= warmUp) one.ms.push(performance.now() - begin);
      }
      if (turn * TURN >= warmUp) one.cpu += ownCpu() - used;
    }
  }
  for (const { session } of running) await session.stop();
  return running;
}
