/** Cases: what is kept is replayed, from any position, and what can't be is announced. */
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Gap, GapReason } from "../../src/transport.js";
import { check, same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, frames, payloadsOf } from "./frames.js";

const needs = ["replay"] as const;

/** A gap, and then everything that is kept, is what these positions must lead to: live and in a history. */
async function announces(
  context: CaseContext,
  channel: string,
  after: string,
  reason: GapReason,
): Promise<void> {
  const { listen, history, send } = context;
  const what = `after ${JSON.stringify(after)}`;
  const expectGap = (gap: Gap | undefined, where: string) =>
    same([gap?.reason, gap?.after], [reason, after], `The gap of ${where} ${what} (reason, after)`);

  const kept = await readAll(context, channel);
  const page = await history(channel, { after });
  expectGap(page.gap, "the history");
  const ofPage = page.deliveries.map(({ id }) => id);
  sameList(ofPage, kept.slice(0, ofPage.length), `The history ${what}, against what is kept`);

  const { sink, subscription } = await listen(channel, { after });
  const [id = ""] = await send(channel, [frame("last")]);
  await sink.payload(frame("last").payload);
  const [gap, ...others] = sink.gaps;
  expectGap(gap, "a subscription");
  same(
    [gap?.at, others.length],
    [0, 0],
    `The messages before the gap ${what}, and the number of further gaps`,
  );
  sameList(sink.ids, [...kept, id], `What came ${what}, against what is kept`);
  subscription.unsubscribe();
}

/** The ids of all that is kept of a channel. */
export async function readAll({ history }: CaseContext, channel: string, limit = 1_000): Promise<string[]> {
  const ids: string[] = [];
  let page = await history(channel, { limit });
  for (;;) {
    const found = page.deliveries.map(({ id }) => id);
    check(!found.some((id) => ids.includes(id)), "A page of a history repeats what a page before it had.");
    ids.push(...found);
    if (!page.more) return ids;
    check(page.deliveries.length > 0, "A page of a history is empty, but says that there is more.");
    page = await history(channel, { after: page.position, limit });
    same(page.gap, undefined, "The gap of a page that follows another");
  }
}

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
    name: "announces what was trimmed, then delivers what is kept",
    why: "No transport keeps everything. A loss that isn't announced can't be mended.",
    needs,
    async run(context) {
      const { channel, send, trimPast } = context;
      const [first = ""] = await send(channel(), frames(3, "old"));
      await trimPast(channel(), first);
      await send(channel(), frames(3, "new"));
      await announces(context, channel(), first, "trimmed");
    },
  },
  {
    name: "announces a position of another epoch",
    why: "The broker was reset or replaced: offsets of before say nothing about now.",
    needs,
    async run(context) {
      const { channel, send } = context;
      const [first = "", second = ""] = await send(channel(), frames(3));
      // Old and new offsets, as a reset broker would have given them.
      for (const offset of [0, parsePosition(first)?.offset ?? 0, parsePosition(second)?.offset ?? 0]) {
        await announces(context, channel(), formatPosition("another-epoch", offset), "epoch");
      }
    },
  },
  {
    name: "announces a position of the future",
    why: "It isn't one that this transport gave out: its history was lost, or the position was made up.",
    needs,
    async run(context) {
      const { channel, send } = context;
      const [first = ""] = await send(channel(), frames(3));
      const { epoch = "" } = parsePosition(first) ?? {};
      await announces(context, channel(), formatPosition(epoch, Number.MAX_SAFE_INTEGER), "unknown");
    },
  },
  {
    name: "announces a position that is none",
    why: "Positions come back from browsers: they may hold anything.",
    needs,
    async run(context) {
      const { channel, send } = context;
      const [first = ""] = await send(channel(), frames(3));
      const { epoch = "" } = parsePosition(first) ?? {};
      const none = [
        "",
        "0",
        "$",
        "-",
        `${epoch}.`,
        `${epoch}.-1`,
        `${epoch}.1e3`,
        `${epoch}.01`,
        `${first}x`,
        "é.1",
      ];
      for (const after of none) await announces(context, channel(), after, "unknown");
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
