/** Cases: clocks that are wrong, or are set. */
import { same, sameList } from "./assert.js";
import { checkBooks, type Entry } from "./books.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, frames } from "./frames.js";

const HOUR = 3_600_000;

/** Milliseconds by which a clock is wrong, one after the other. */
const SKEWS = [0, HOUR, -HOUR, 24 * HOUR, 0, -24 * HOUR, 10 * 365 * 24 * HOUR, 0];

/** Runs `body` in a process whose clock is off by so much. Its monotonic clock and its timers go on as they were. */
async function skewed<T>(milliseconds: number, body: () => Promise<T>): Promise<T> {
  const Right = globalThis.Date;
  const now = () => Right.now() + milliseconds;
  globalThis.Date = new Proxy(Right, {
    construct: (target, args: [], newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
    apply: () => new Right(now()).toString(),
    get: (target, property) => (property === "now" ? now : Reflect.get(target, property)),
  });
  try {
    return await body();
  } finally {
    globalThis.Date = Right;
  }
}

/** Publishes under every skew, by both instances in turn; gives what was published. */
async function publishSkewed({ channel, transport, peer, send }: CaseContext): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const [i, skew] of SKEWS.entries()) {
    const batch = frames(5, `${skew} ms off, ${i}.`);
    const ids = await skewed(skew, () => send(channel(), batch, i % 2 ? transport : peer));
    entries.push(...batch.map(({ payload }, j) => ({ payload, id: ids[j] })));
  }
  return entries;
}

export const clock: readonly ConformanceCase[] = [
  {
    name: "keeps the order when a clock is wrong, or is set",
    why: "Servers' clocks differ and jump: an order or a position by time of day turns round then.",
    async run(context) {
      const { channel, peer, listen } = context;
      const all = [await listen(channel()), await listen(channel(), {}, peer)];
      const entries = await publishSkewed(context);
      for (const { sink } of all) {
        await sink.count(entries.length);
        sameList(
          sink.ids,
          entries.map(({ id }) => id ?? ""),
          "The ids that came while clocks were wrong",
        );
      }
    },
  },
  {
    name: "replays what was published while a clock was wrong",
    why: "A history that is trimmed by one server's clock loses everybody's messages.",
    needs: ["replay"],
    async run(context) {
      const { channel, peer, listen, send, history } = context;
      const { position } = await history(channel());
      const entries = await publishSkewed(context);
      for (const skew of [0, 24 * HOUR, -24 * HOUR]) {
        const { sink } = await skewed(skew, () => listen(channel(), { after: position }, peer));
        const last = frame(`last, ${skew} ms off`);
        const [id] = await send(channel(), [last]);
        entries.push({ payload: last.payload, id });
        await sink.payload(last.payload);
        checkBooks(sink, entries, `A replay by a server whose clock is ${skew} ms off`);
      }
    },
  },
  {
    name: "remembers a key when a clock is wrong, or is set",
    why: "The window of `supports.keys` is time that passes, not what some server takes for the time.",
    needs: ["keys", "shared"],
    async run({ channel, transport, peer, publish }) {
      const once = frame("once", { key: "k" });
      const [first] = await publish(channel(), [once]);
      for (const [i, skew] of SKEWS.entries()) {
        const via = i % 2 ? transport : peer;
        const [again] = await skewed(skew, () => publish(channel(), [once], via));
        const duplicate = { ...first, duplicate: true };
        same(again, duplicate, `The result for a known key, by a server whose clock is ${skew} ms off`);
      }
    },
  },
];
