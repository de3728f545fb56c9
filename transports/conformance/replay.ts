/** Cases: what is kept is replayed, from any position. */
import { same, sameList } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { frame, frames, payloadsOf } from "./frames.js";
import { readAll } from "./read-all.js";

const needs = ["replay"] as const;

export const replay: readonly ConformanceCase[] = [
  {
    name: "resumes from the position at which a subscription starts",
    why: "A subscriber whose connection breaks before its first message has nothing else to resume from.",
    needs,
    async run({ channel, listen, send }) {
      for (const before of [0, 3]) {
        const name = channel(`:${before}`);
        await send(name, frames(before, "before"));
        const { subscription } = await listen(name);
        const batch = frames(5, "after");
        await send(name, batch);
        const resumed = await listen(name, { after: subscription.position });
        await resumed.sink.count(batch.length);
        sameList(resumed.sink.payloads, payloadsOf(batch), `What came on a channel of ${before} messages`);
        same(resumed.sink.gaps, [], "The gaps");
      }
    },
  },
  {
    name: "replays from every position of a history",
    why: "A subscriber resumes from whatever message it had last.",
    needs,
    async run({ channel, listen, send }) {
      const { subscription } = await listen(channel());
      const batch = frames(50);
      const ids: string[] = [];
      for (let i = 0; i < 50; i += 5) ids.push(...(await send(channel(), batch.slice(i, i + 5))));
      const payloads = payloadsOf(batch);
      for (let i = 0; i <= 50; i++) {
        const after = i === 0 ? subscription.position : ids[i - 1];
        const resumed = await listen(channel(), { after });
        await resumed.sink.count(50 - i);
        sameList(resumed.sink.ids, ids.slice(i), `The ids after message ${i} of 50`);
        sameList(resumed.sink.payloads, payloads.slice(i), `The payloads after message ${i} of 50`);
        same(resumed.sink.gaps, [], `The gaps after message ${i} of 50`);
        resumed.subscription.unsubscribe();
      }
    },
  },
  {
    name: "replays to two subscribers at once, each from its own position",
    why: "Pages come back in any order: what one is caught up with is nothing to the other.",
    needs,
    async run({ channel, listen, send }) {
      const ids: string[] = [];
      for (let i = 0; i < 10; i++) ids.push(...(await send(channel(), frames(5, `batch ${i}, message`))));
      const froms = [2, 47, 0, 2, 25, 13, 49];
      const all = await Promise.all(froms.map((from) => listen(channel(), { after: ids[from] })));
      const [last = ""] = await send(channel(), frames(1, "live"));
      for (const [i, { sink }] of all.entries()) {
        const expected = [...ids.slice((froms[i] ?? 0) + 1), last];
        await sink.count(expected.length);
        sameList(sink.ids, expected, `What came after message ${froms[i]}, one of several at once`);
        same(sink.gaps, [], `The gaps after message ${froms[i]}`);
      }
    },
  },
  {
    name: "replays a long history",
    why: "It is read in parts, and between two of them stands no hole: what isn't kept any more is a gap.",
    needs,
    async run({ channel, listen, send }) {
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) ids.push(...(await send(channel(), frames(700, `batch ${i}, message`))));
      const { sink } = await listen(channel(), { after: ids[0] });
      const last = frame("last");
      const [lastId = ""] = await send(channel(), [last]);
      await sink.payload(last.payload);
      const expected = [...ids.slice(1), lastId];
      const isTrimmed = sink.gaps.some(({ at, reason }) => at === 0 && reason === "trimmed");
      const kept = isTrimmed ? expected.slice(-sink.ids.length) : expected;
      sameList(sink.ids, kept, "What came of a long history");
      same(sink.gaps.length, isTrimmed ? 1 : 0, "The number of gaps");
    },
  },
  {
    name: "goes on live after a replay",
    why: "`after` is one subscription, not a query: what comes later follows what was missed.",
    needs,
    async run({ channel, listen, send }) {
      const [first = ""] = await send(channel(), frames(3, "missed"));
      const { sink, subscription } = await listen(channel(), { after: first });
      await sink.count(2);
      await send(channel(), frames(2, "live"));
      await sink.count(4);
      const expected = [...frames(3, "missed").slice(1), ...frames(2, "live")];
      sameList(sink.payloads, payloadsOf(expected), "What was missed, then what came live");
      const resumed = await listen(channel(), { after: subscription.position });
      await resumed.sink.count(4);
      sameList(resumed.sink.payloads, payloadsOf(expected), "What came after the start of the subscription");
    },
  },
  {
    name: "reads a history in pages, without hole or repeat",
    why: "A gateway reads as much as a slow socket takes, and then reads on.",
    needs,
    async run(context) {
      const { channel, listen, send, history } = context;
      const ids: string[] = [];
      for (let i = 0; i < 10; i++) ids.push(...(await send(channel(), frames(5, `batch ${i}, message`))));
      for (const limit of [1, 2, 7, 49, 50, 51]) {
        sameList(await readAll(context, channel(), limit), ids, `The history in pages of ${limit}`);
        const page = await history(channel(), { limit });
        same(page.deliveries.length, Math.min(limit, 50), `The length of the first page of ${limit}`);
        same(page.more, limit < 50, `\`more\` of the first page of ${limit}`);
        const rest = await listen(channel(), { after: page.position });
        await rest.sink.count(50 - page.deliveries.length);
        sameList(rest.sink.ids, ids.slice(limit), `What a subscription gives after a page of ${limit}`);
        rest.subscription.unsubscribe();
      }
    },
  },
  {
    name: "stops a page of history at `maxBytes`, after one message at least",
    why: "A gateway reads what a slow socket may have on its way, however large messages are.",
    needs,
    async run(context) {
      const { channel, send, history } = context;
      const ids = await send(channel(), frames(20, "x".repeat(1000)));
      for (const maxBytes of [1, 5000]) {
        const page = await history(channel(), { maxBytes });
        const most = Math.max(1, Math.floor(maxBytes / 1000));
        const given = page.deliveries.length;
        same(
          given >= 1 && given <= most,
          true,
          `Whether a page of ${maxBytes} bytes has 1 to ${most} messages`,
        );
        same(page.more, true, `\`more\` of a page of ${maxBytes} bytes`);
        const rest = await history(channel(), { after: page.position });
        const both = [...page.deliveries, ...rest.deliveries].map(({ id }) => id);
        sameList(both, ids, `A page of ${maxBytes} bytes and the rest`);
      }
    },
  },
  {
    name: "has an empty history for a channel that never had a message",
    why: "It is read before the first message, and must give a position all the same.",
    needs,
    async run({ channel, listen, send, history }) {
      const page = await history(channel());
      same(
        [page.deliveries, page.gap, page.more],
        [[], undefined, false],
        "The history (deliveries, gap, more)",
      );
      const batch = frames(2);
      await send(channel(), batch);
      const { sink } = await listen(channel(), { after: page.position });
      await sink.count(2);
      sameList(sink.payloads, payloadsOf(batch), "What came after the position of an empty history");
      same(sink.gaps, [], "The gaps");
    },
  },
];
