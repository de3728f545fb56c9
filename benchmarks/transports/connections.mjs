// @ts-check
/** What many channels take: connections, as the broker counts them, and time. */
import { table, whole } from "./table.mjs";

/**
 * @param {import("./contestant.mjs").Engine} engine
 * @param {{ short: boolean }} options
 */
export async function connections({ name, transport: open, connections }, { short }) {
  if (!open || !connections) return;
  // Those of the parts before are on their way out.
  while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const rows = [];
  for (const channels of short ? [1, 100, 1_000] : [1, 100, 10_000]) {
    const { transport, stop } = await open();
    let got = 0;
    const sink = { deliver: () => void got++, gap: () => {}, fail: () => {} };
    globalThis.gc?.();
    const [begin, heap] = [performance.now(), process.memoryUsage().heapUsed];
    const names = Array.from({ length: channels }, (_, i) => `many-${i}`);
    for (let i = 0; i < channels; i += 100) {
      await Promise.all(names.slice(i, i + 100).map((channel) => transport.subscribe(channel, {}, sink)));
    }
    const ms = performance.now() - begin;
    globalThis.gc?.();
    const bytes = (process.memoryUsage().heapUsed - heap) / channels;
    const count = await connections();

    // One message to each: they all listen.
    const start = performance.now();
    for (let i = 0; i < channels; i += 100) {
      await Promise.all(names.slice(i, i + 100).map((channel) => transport.publish(channel, [FRAME])));
    }
    while (got < channels) {
      if (performance.now() - start > 60_000)
        throw new Error(`${name}: ${got} of ${channels} channels heard`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const each = (performance.now() - start) / channels;
    rows.push([
      `${whole(channels)} channel${channels > 1 ? "s" : ""}`,
      ...[`${count}`, whole(ms), whole(bytes), each.toFixed(3)],
    ]);
    await transport.close();
    await stop();
  }
  table(`${name}: one server's channels, each with a subscriber and then a message`, rows, [
    ...["connections", "subscribed ms", "heap B/channel", "ms/message"],
  ]);
}

const payload = '{"topic":"line","data":1,"createdAt":1}';
const FRAME = {
  ...{ topic: "line", payload, content: payload.slice(0, payload.lastIndexOf(",")) },
  ...{ key: undefined, size: payload.length },
};
