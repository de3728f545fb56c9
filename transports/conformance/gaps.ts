/** Cases: what can't be replayed is announced, and what is kept follows. */
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Gap, GapReason } from "../../src/transport.js";
import { same, sameList } from "./assert.js";
import { checkBooks, type Entry } from "./books.js";
import type { CaseContext, ConformanceCase, Listening } from "./case.js";
import { frame, frames } from "./frames.js";
import { readAll } from "./read-all.js";
import { moments } from "./turns.js";

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
  // Not by its payload: earlier ones are replayed that have the same.
  await sink.until(`the message ${id}`, () => sink.ids.includes(id));
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
    name: "announces what is trimmed while it is replayed",
    why: "A slow page is caught up from the end of a busy channel: what it was to get next may be gone.",
    needs,
    async run(context) {
      const { channel, send, trimPast, listen } = context;
      const batch = frames(500, "old");
      const ids = await send(channel(), batch);
      const entries: Entry[] = batch.map(({ payload }, i) => ({ payload, id: ids[i] }));
      const trimming = trimPast(channel(), ids[400] ?? "");
      // Told below; until then it is no unhandled rejection.
      trimming.catch(() => {});
      const all: Listening[] = [];
      for (let step = 0; step < 40; step += 4) {
        all.push(await listen(channel(), { after: ids[step] }));
        await moments(step);
      }
      await trimming;
      const last = frame("last");
      const [id] = await send(channel(), [last]);
      for (const [i, { sink }] of all.entries()) {
        await sink.payload(last.payload);
        const after = 4 * i + 1;
        checkBooks(
          sink,
          [...entries.slice(after), { payload: last.payload, id }],
          `A replay that trimming overtook`,
        );
      }
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
