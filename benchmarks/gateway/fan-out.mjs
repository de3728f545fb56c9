// @ts-check
/** One server publishes to many connections: what a delivery costs the server, how many there are, how long they take. */
import { pair } from "./pair.mjs";

const ROUNDS = 5;

/**
 * @param {readonly { name: string, wire: string }[]} contestants the first one is what the others are compared with
 * @param {{ connections: number, messages: number, ticks: number }} given `messages` in each turn of the event loop
 */
export async function fanOut(contestants, { connections, messages, ticks }) {
  const deliveries = connections * messages * ticks;
  const many = connections.toLocaleString("en");
  console.log(`\nTo ${many} connections, ${messages} message${messages > 1 ? "s" : ""} a tick`);
  console.log(
    `  ${"".padEnd(12)}${["CPU µs/delivery", "deliveries/s", "p50 ms", "p99 ms"].map(right).join("")}`,
  );
  /** @type {number | undefined} */
  let base;
  const running = [];
  for (const contestant of contestants) {
    const running_ = await pair(contestant, connections);
    await running_.round({ ticks, messages });
    running.push({ name: contestant.name, pair: running_, cpu: Infinity, rate: 0 });
  }
  // In turns, so that a busy machine slows all of them; the best of each, since nothing makes a round too fast.
  for (let i = 0; i < ROUNDS; i++) {
    for (const one of running) {
      const begin = performance.now();
      one.cpu = Math.min(one.cpu, (await one.pair.round({ ticks, messages })) / deliveries);
      one.rate = Math.max(one.rate, deliveries / ((performance.now() - begin) / 1000));
    }
  }
  for (const { name, pair, cpu, rate } of running) {
    const [p50, p99] = await latency(pair, connections, messages);
    base ??= cpu;
    const figures = [cpu.toFixed(2), Math.round(rate).toLocaleString("en"), p50.toFixed(1), p99.toFixed(1)];
    console.log(`  ${name.padEnd(12)}${figures.map(right).join("")}   CPU ×${(cpu / base).toFixed(2)}`);
    await pair.stop();
  }
}

/** At a pace that leaves everybody idle most of the time. @param {import("./pair.mjs").Pair} pair */
async function latency(
  { server, clients },
  /** @type {number} */ connections,
  /** @type {number} */ messages,
) {
  const ticks = 100;
  const pause = Math.max(10, (connections * messages) / 50);
  await clients.call("noteLatencies");
  const arrived = clients.call("received", ticks * messages * connections);
  await server.call("publish", { ticks, messages, pause });
  await arrived;
  const all = await clients.call("latencies");
  return [0.5, 0.99].map((part) => all[Math.floor(all.length * part)]);
}

const right = (/** @type {string} */ text) => text.padStart(17);
