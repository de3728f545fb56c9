// @ts-check
/** More servers that listen to one channel, and more channels that are published to. */
import { createRealtime } from "halyard/server";
import { PAYLOAD } from "./contestant.mjs";
import { benchChannel } from "./halyard.mjs";
import { cpuOf, median } from "./stats.mjs";
import { table, tenths, whole } from "./table.mjs";

const BURST = 250;
const SPREADS = [
  ...[{}, { gateways: 4 }, { gateways: 16 }],
  ...[{ channels: 10 }, { channels: 250 }, { channels: 2_500 }],
];
const secret = "a secret of at least thirty-two characters";

/**
 * @param {import("./contestant.mjs").Engine} engine
 * @param {{ short: boolean }} options
 */
export async function gateways(engine, { short }) {
  if (!engine.transport) return;
  const rows = [];
  for (const { gateways = 1, channels = 1 } of SPREADS) {
    const row = await spread(engine, engine.transport, { gateways, channels, rounds: short ? 1 : 3 });
    const many = (/** @type {number} */ count, /** @type {string} */ what) =>
      `${whole(count)} ${what}${count > 1 ? "s" : ""}`;
    rows.push([`${many(gateways, "gateway")}, ${many(channels, "channel")}`, ...row]);
  }
  table(
    `${engine.name}: ${BURST} messages a tick, spread evenly over the channels, each gateway hearing all`,
    rows,
    [...["published/s", "delivered/s", "server CPU µs"]],
  );
}

/**
 * @param {import("./contestant.mjs").Engine} engine
 * @param {import("./halyard.mjs").Open} open
 * @param {{ gateways: number, channels: number, rounds: number }} given
 */
async function spread(engine, open, { gateways, channels, rounds }) {
  const from = await open();
  const app = createRealtime({ transport: from.transport, secret });
  const refs = Array.from({ length: channels }, (_, i) => benchChannel({ id: `spread-${channels}-${i}` }));
  let got = 0;
  let wanted = Infinity;
  let reached = () => {};
  const onMessage = () => {
    if (++got >= wanted) reached();
  };
  const onGap = () => {
    throw new Error(`${engine.name}: a gap`);
  };
  const listening = [];
  for (let i = 0; i < gateways; i++) {
    const to = await open();
    const gateway = createRealtime({ transport: to.transport, secret });
    for (let k = 0; k < channels; k += 100) {
      await Promise.all(
        refs.slice(k, k + 100).map((channel) => gateway.subscribe({ channel, onMessage, onGap })),
      );
    }
    listening.push({ gateway, stop: to.stop });
  }

  const [rates, cpu] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  let seq = 0;
  let messages = 10 * BURST;
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    const used = engine.pid === undefined ? undefined : cpuOf(engine.pid);
    for (let i = 0; i < messages; i += BURST) {
      const tick = [];
      for (let k = 0; k < BURST; k++, seq++) {
        tick.push(app.publish(refs[seq % channels].line, { seq, text: PAYLOAD }));
      }
      await Promise.all(tick);
    }
    await new Promise((resolve) => {
      wanted = seq * gateways;
      reached = () => resolve(undefined);
      if (got >= wanted) reached();
    });
    const rate = messages / ((performance.now() - begin) / 1000);
    if (round === 0) {
      // That was the warm-up. The others are to take two seconds or so.
      messages = Math.max(messages, Math.min(40, Math.round((rate * 2) / BURST)) * BURST);
      continue;
    }
    rates.push(rate);
    if (used !== undefined && engine.pid !== undefined)
      cpu.push(((cpuOf(engine.pid) ?? 0) - used) / messages);
  }
  for (const { gateway, stop } of listening) {
    await gateway.close();
    await stop();
  }
  await app.close();
  await from.stop();
  const rate = median(rates);
  return [whole(rate), whole(rate * gateways), tenths(median(cpu))];
}
