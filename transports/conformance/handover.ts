/** Cases: from what was missed to what comes live, while others publish as fast as they can. */
import type { Delivery } from "../../src/frame.js";
import { isNotAfter } from "../../src/position.js";
import { same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, payloadsOf } from "./frames.js";

const needs = ["replay"] as const;

/** A subscriber resumes from up to so many messages back. */
const BACK = 20;

/** The messages with these numbers, as the pump publishes them. */
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => frame(`message ${from + i}`));

/** Publishes numbered messages, one batch after the other, until it is stopped. Keeps their ids. */
function startPump({ peer, channel, send }: CaseContext) {
  const ids: string[] = [];
  let stopped = false;
  const run = async () => {
    for (let batch = 0; !stopped; batch++) {
      ids.push(...(await send(channel(), numbered(ids.length, 1 + (batch % 3)), peer)));
      // With a transport that never waits, timers would not fire without a pause.
      if (batch % 10 === 0) await pause();
    }
  };
  const done = run();
  // Told by `stop`; until then it is no unhandled rejection.
  done.catch(() => {});
  const stop = () => {
    stopped = true;
    return done;
  };
  return { ids, stop };
}

/** Lets the event loop turn once. */
const pause = () =>
  new Promise<void>((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });

/**
 * Hands over again and again, from positions that lie more or less far back, while the pump runs. `handOver` gives what
 * came after a position: it must be the messages that follow it, and no other.
 */
async function race(
  context: CaseContext,
  handOver: (after: string) => Promise<readonly Pick<Delivery, "frame">[]>,
): Promise<void> {
  const { sink, subscription } = await context.listen(context.channel());
  const pump = startPump(context);
  try {
    await sink.count(BACK + 1);
    subscription.unsubscribe();
    for (let i = 0; i < context.rounds; i++) {
      const from = Math.max(0, pump.ids.length - 1 - (i % BACK));
      const came = await handOver(pump.ids[from] ?? "");
      const payloads = came.map(({ frame }) => frame.payload);
      const expected = payloadsOf(numbered(from + 1, came.length));
      sameList(payloads, expected, `What came after message ${from}, in round ${i}`);
    }
  } finally {
    await pump.stop();
  }
}

export const handover: readonly ConformanceCase[] = [
  {
    name: "hands over from replay to live without hole or repeat",
    why: "Between reading what was missed and listening, a message is easily lost or delivered twice.",
    needs,
    run: (context) =>
      race(context, async (after) => {
        const { sink, subscription } = await context.listen(context.channel(), { after });
        // These were published after it subscribed, or at least the last of them.
        await sink.count(sink.deliveries.length + 4);
        subscription.unsubscribe();
        same(sink.gaps, [], `The gaps after ${after}`);
        return sink.deliveries;
      }),
  },
  {
    name: "joins a live subscription and a history without hole or repeat",
    why: "This is what a gateway does: it listens once per channel, and reads what each socket missed.",
    needs,
    run: (context) =>
      race(context, async (after) => {
        const { sink, subscription } = await context.listen(context.channel());
        const missed: Delivery[] = [];
        let page = await context.history(context.channel(), { after, limit: 100 });
        for (;;) {
          same(page.gap, undefined, `The gap after ${after}`);
          missed.push(...page.deliveries);
          if (!page.more) break;
          page = await context.history(context.channel(), { after: page.position, limit: 100 });
        }
        await sink.count(sink.deliveries.length + 4);
        subscription.unsubscribe();
        return [...missed, ...sink.deliveries.filter(({ id }) => !isNotAfter(id, page.position))];
      }),
  },
];
