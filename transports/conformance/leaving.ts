/** Cases: what is left of subscriptions that have ended, at whatever moment they did. */
import { check, same, sameList, settle } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frame, frames, payloadsOf } from "./frames.js";
import { startPump } from "./pump.js";
import type { Recorder } from "./recorder.js";
import { moments } from "./turns.js";

/** Subscriptions that are made and ended at once, in waves: a broker has limits. */
const WAVE = 50;

/** Moments that are tried at most: the last of them is about a million turns of the event loop long. */
const MOMENTS = 130;

/** A moment isn't tried later than this many times after the attempt had settled by itself. */
const ENOUGH = 5;

/** Sinks that have left, each with how often it had been called by then. */
type Left = { readonly sink: Recorder; readonly calls: number }[];

/** Nothing comes to them any more, and one that stays gets all. */
async function stayAway(context: CaseContext, left: Left, channel: string) {
  await flush(context, channel);
  const called = left.filter(({ sink, calls }) => sink.calls !== calls);
  same(called.length, 0, `The sinks that were called after they had left, of ${left.length}`);
}

/** Aborts a subscribe a little later each time, until it has resolved before that. */
async function abortAt(context: CaseContext, channel: string, after: string | undefined): Promise<Left> {
  const { transport, recorder, soon } = context;
  const left: Left = [];
  for (let step = 0, settled = 0; step < MOMENTS && settled < ENOUGH; step++) {
    const controller = new AbortController();
    const reason = new Error("gone");
    const sink = recorder();
    let done = false;
    const attempt = settle(() => transport.subscribe(channel, { after, signal: controller.signal }, sink));
    attempt.then(() => {
      done = true;
    });
    await moments(step);
    if (done) settled += 1;
    controller.abort(reason);
    left.push({ sink, calls: sink.calls });
    const outcome = await soon(attempt, `subscribe to settle that was aborted at moment ${step}`);
    if ("error" in outcome) {
      check(outcome.error === reason, `Aborted at moment ${step}, subscribe rejected with ${outcome.error}.`);
      continue;
    }
    // It may resolve all the same: then it has ended, and may be ended again.
    outcome.value.unsubscribe();
    outcome.value.unsubscribe();
  }
  return left;
}

export const leaving: readonly ConformanceCase[] = [
  {
    name: "leaves nothing behind after 1,000 subscriptions",
    why: "A server runs for months; what stays of each page that leaves fills it.",
    async run({ channel, listen, send, recorder, resources, released }) {
      const { sink } = await listen(channel());
      const before = resources();
      const gone = recorder();
      for (let i = 0; i < 1_000; i++) {
        const { subscription, sink } = await listen(channel());
        sink.onDeliver = gone.deliver.bind(gone);
        subscription.unsubscribe();
      }
      await released(before, "after 1,000 subscriptions");
      const batch = frames(2);
      await send(channel(), batch);
      await sink.count(2);
      sameList(sink.payloads, payloadsOf(batch), "What the one that stayed got");
      same(gone.calls, 0, "The calls of the 1,000 sinks that left");
    },
  },
  {
    name: "leaves nothing behind of 1,000 channels",
    why: "Each page has a channel of its own, and most channels are left for good.",
    async run({ channel, listen, send, resources, released }) {
      const stays = await listen(channel());
      const before = resources();
      for (let i = 0; i < 1_000; i += WAVE) {
        const names = Array.from({ length: WAVE }, (_, j) => channel(`:${i + j}`));
        const all = await Promise.all(names.map((name) => listen(name)));
        for (const { subscription } of all) subscription.unsubscribe();
      }
      await released(before, "after 1,000 channels");
      await send(channel(), [frame("still here")]);
      await stays.sink.count(1);
    },
  },
  {
    name: "ends a subscribe that is aborted at any moment",
    why: "Between any two awaits a page may leave; one place that doesn't look keeps a subscription for ever.",
    async run(context) {
      const { channel, supports, send, resources, released } = context;
      // Somebody else listens on the one channel, and nobody on the other, which is then opened and left each time.
      await context.listen(channel());
      const [first = ""] = await send(channel(":kept"), frames(20));
      const before = resources();
      const left = [
        ...(await abortAt(context, channel(), undefined)),
        ...(await abortAt(context, channel(":alone"), undefined)),
      ];
      if (supports.replay) {
        left.push(...(await abortAt(context, channel(":kept"), first)));
        left.push(...(await abortAt(context, channel(":kept"), "of another time")));
      }
      await released(before, "after subscribes that were aborted");
      for (const label of ["", ":alone", ":kept"]) await stayAway(context, left, channel(label));
    },
  },
  {
    name: "ends a subscription at any moment, however often it is told",
    why: "Who has left can't take another call, though messages are under way to it.",
    async run(context) {
      const { channel, peer, supports, listen, resources, released } = context;
      await listen(channel());
      const pump = startPump(context, channel(), peer);
      const left: Left = [];
      try {
        const before = resources();
        for (let step = 0; step < 60; step++) {
          const after = supports.replay ? pump.ids.at(-10) : undefined;
          const { sink, subscription } = await listen(channel(), { after });
          await moments(step);
          subscription.unsubscribe();
          left.push({ sink, calls: sink.calls });
          subscription.unsubscribe();
        }
        await released(before, "after subscriptions that ended while messages came");
      } finally {
        await pump.stop();
      }
      await stayAway(context, left, channel());
    },
  },
];
