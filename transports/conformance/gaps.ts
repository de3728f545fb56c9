/** Cases: what can't be replayed is announced, and what is kept follows. */
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Gap, GapReason } from "../../src/transport.js";
import { same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, frames } from "./frames.js";
import { readAll } from "./read-all.js";

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

export const gaps: readonly ConformanceCase[] = [
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
];
