// @ts-check
/** What connections cost a server's memory: those that are idle, and those that don't read. */
import { setTimeout as sleep } from "node:timers/promises";
import { pair } from "./pair.mjs";

const MB = 1024 * 1024;

/**
 * Resident bytes per connection that has a subscription and is sent nothing.
 *
 * @param {readonly { name: string, wire: string }[]} contestants
 * @param {number} connections
 */
export async function idle(contestants, connections) {
  console.log(`\n${connections.toLocaleString("en")} idle connections: memory of the server, per connection`);
  /** @type {number | undefined} */
  let base;
  for (const contestant of contestants) {
    // What the first ones cost is code, buffers that the others share, and a heap that has grown for once.
    const { server, clients, round, stop } = await pair(contestant, connections / 2);
    await round({ ticks: 20, messages: 1 });
    const before = await server.call("memory");
    await clients.call("connect", connections);
    const after = await server.call("memory");
    await stop();
    const rss = (after.rss - before.rss) / connections;
    const heap = (after.heapUsed + after.external - before.heapUsed - before.external) / connections;
    base ??= rss;
    const figures = `${kB(rss)} resident, ${kB(heap)} on the heap`;
    console.log(`  ${contestant.name.padEnd(12)}${figures}   ×${(rss / base).toFixed(2)}`);
  }
}

const kB = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} kB`;

/** What the slow ones are sent per second, at most: more than the system's own buffers hold. In bytes and messages. */
const PAD = 16_000;
const BURST = 16;

/**
 * A tenth of the connections reads nothing while messages are published, most of them of a topic that only these asked for;
 * then they read again.
 *
 * @param {{ connections: number, seconds: number }} given
 */
export async function stalled({ connections, seconds }) {
  const slow = connections / 10;
  const others = connections - slow;
  // By the pings that aren't answered, the slow ones would be cut.
  const halyard = { name: "Halyard", wire: "halyard", options: { heartbeat: "10m" } };
  const { server, clients, round, stop } = await pair(halyard, others);
  await round({ ticks: 50, messages: 16 });
  await clients.call("connect", slow, ["file", "bulk"]);
  await clients.call("pause", slow);
  const many = connections.toLocaleString("en");
  console.log(`\n${many} connections, ${slow} of which read nothing for ${seconds} s`);
  const show = async () => {
    const { rss, arrayBuffers } = await server.call("memory");
    const sent = `${files + bulk} messages, ${((bulk * PAD) / MB).toFixed(0)} MB for each that doesn't read`;
    console.log(`  ${sent.padEnd(56)}${mb(rss)} resident, ${mb(arrayBuffers)} in buffers`);
  };
  let [files, bulk] = [0, 0];
  await show();
  const start = performance.now();
  for (let shown = 1; performance.now() - start < seconds * 1000; ) {
    await server.call("publish", { ticks: 2, messages: BURST, pause: 5, pad: PAD, topic: "bulk" });
    await server.call("publish", { ticks: 1, messages: 1 });
    bulk += 2 * BURST;
    files++;
    while ((await clients.call("count")) < files * others) await sleep(5);
    if (performance.now() - start < (shown * seconds * 1000) / 4) continue;
    shown++;
    await show();
  }
  await clients.call("resume", slow);
  const wanted = files * connections + bulk * slow;
  let count = 0;
  for (let quiet = 0; quiet < 10 && count < wanted; quiet++) {
    await sleep(100);
    const got = await clients.call("count");
    if (got > count) quiet = 0;
    count = got;
  }
  const gaps = (await clients.call("gaps")) / slow;
  const missing = (wanted - count) / slow;
  console.log(
    `  They read again: each misses ${missing.toFixed(0)} messages, and was told of ${gaps.toFixed(0)} gap(s).`,
  );
  await show();
  await stop();
}

const mb = (/** @type {number} */ bytes) => `${(bytes / MB).toFixed(0)} MB`;
