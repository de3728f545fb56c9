/** Cases: subscriptions whose broker goes away and comes back. */
import { check, same, settle } from "./assert.js";
import { checkBooks, type Entry } from "./books.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame } from "./frames.js";
import { gone } from "./outages.js";
import type { Recorder } from "./recorder.js";
import { moments, turn } from "./turns.js";

/** Publishes at the peer, and writes down what became of it. Whether it was taken. */
async function write({ peer, soon }: CaseContext, channel: string, entries: Entry[]): Promise<boolean> {
  const next = frame(`message ${entries.length}`);
  const outcome = await soon(
    settle(() => peer.publish(channel, [next])),
    "publish to settle",
  );
  if ("error" in outcome) gone(outcome.error, "publish during an outage");
  const [result] = "value" in outcome ? outcome.value : [];
  const id = result && "id" in result ? result.id : undefined;
  entries.push({ payload: next.payload, id });
  return id !== undefined;
}

/** Publishes until something that was taken arrives: by then the subscription has found its broker again. */
async function arrives(
  context: CaseContext,
  channel: string,
  entries: Entry[],
  sink: Recorder,
): Promise<void> {
  const before = sink.deliveries.length;
  await context.recovers(
    `a message to arrive once the broker is back (${entries.length} were tried)`,
    async () => {
      const taken = await write(context, channel, entries);
      if (taken) await turn();
      return sink.deliveries.length > before;
    },
  );
  // Where that was one of before, the last is still to come. It does: nothing is lost without a gap.
  let last = entries.at(-1);
  await context.recovers("a message to be taken", async () => {
    if (last?.id === undefined && (await write(context, channel, entries))) last = entries.at(-1);
    return last?.id !== undefined;
  });
  await sink.payload(last?.payload ?? "");
}

/** Publishes to a channel until that is taken, and heard by a new subscriber. */
async function recoversOn(context: CaseContext, channel: string, entries: Entry[] = []): Promise<void> {
  await context.recovers("a message to be taken", () => write(context, channel, entries));
  const { sink, subscription } = await context.listen(channel);
  await arrives(context, channel, entries, sink);
  subscription.unsubscribe();
}

/** Publishes one message after the other, until it is stopped, whatever becomes of each. */
function keepWriting(context: CaseContext, channel: string, entries: Entry[]) {
  let stopped = false;
  const run = async () => {
    while (!stopped) {
      await write(context, channel, entries);
      await turn();
    }
  };
  const done = run();
  // Told by `stop`; until then it is no unhandled rejection.
  done.catch(() => {});
  return () => {
    stopped = true;
    return done;
  };
}

const taken = (entries: readonly Entry[]) => entries.filter(({ id }) => id !== undefined).length;

export const returning: readonly ConformanceCase[] = [
  {
    name: "goes on with a subscription when the broker is back",
    why: "Nobody subscribes again for an outage of seconds; what was published meanwhile comes, or a gap.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, listen } = context;
      const entries: Entry[] = [];
      const { sink } = await listen(channel());
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) await write(context, channel(), entries);
        await sink.until("what was published before the outage", () =>
          sink.ids.includes(entries.at(-1)?.id ?? ""),
        );
        await outage.begin();
        await write(context, channel(), entries);
        await outage.end();
        await arrives(context, channel(), entries, sink);
        checkBooks(sink, entries, `A subscription after outage ${i}`);
        same(sink.errors, [], "Its errors");
      }
    },
  },
  {
    name: "says after an outage that messages may be missing",
    why: "Without a history, what was published meanwhile is gone: a subscriber must know, to look by itself.",
    needs: ["outage"],
    unless: "replay",
    async run(context) {
      const { channel, outage, listen } = context;
      const entries: Entry[] = [];
      const { sink } = await listen(channel());
      for (let i = 1; i <= 2; i++) {
        await outage.begin();
        await write(context, channel(), entries);
        await outage.end();
        await arrives(context, channel(), entries, sink);
        const reasons = sink.gaps.map(({ reason }) => reason);
        check(reasons.length >= i, `${i} outages passed, and ${reasons.length} gaps were announced.`);
        check(
          reasons.every((reason) => reason === "no-replay"),
          `The reasons of gaps after an outage: ${reasons}, rather than no-replay.`,
        );
      }
    },
  },
  {
    name: "loses nothing silently while the broker comes and goes under load",
    why: "A connection breaks in the middle of a message: half of it is neither nothing nor all.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, listen, recovers } = context;
      const entries: Entry[] = [];
      const all = await Promise.all([
        listen(channel()),
        listen(channel()),
        listen(channel(), {}, context.peer),
      ]);
      const stop = keepWriting(context, channel(), entries);
      try {
        for (let i = 0; i < 4; i++) {
          const before = taken(entries);
          await recovers("messages to be taken between two outages", () => taken(entries) > before + 10);
          await moments(10 * i);
          await outage.begin();
          await moments(15 * i);
          await outage.end();
        }
      } finally {
        await stop();
      }
      for (const [i, { sink }] of all.entries()) {
        await arrives(context, channel(), entries, sink);
        checkBooks(sink, entries, `Subscription ${i} after four outages`);
      }
    },
  },
  {
    name: "replays what an outage cut off, and what came before it",
    why: "A page that comes back to a server whose broker just came back gets what both of them missed.",
    needs: ["outage", "replay"],
    async run(context) {
      const { channel, transport, outage, listen, recorder, soon } = context;
      const entries: Entry[] = [];
      const { position } = await context.history(channel());
      for (let i = 0; i < 200; i++) await write(context, channel(), entries);
      for (const step of [0, 3, 32, 45, 60, 75]) {
        const sink = recorder();
        const attempt = settle(() => transport.subscribe(channel(), { after: position }, sink));
        await moments(step);
        await outage.begin();
        const outcome = await soon(attempt, "a subscribe that an outage overtook to settle");
        if ("error" in outcome) gone(outcome.error, "A subscribe that an outage overtook");
        const { calls } = sink;
        await outage.end();
        if ("value" in outcome) {
          await arrives(context, channel(), entries, sink);
          checkBooks(sink, entries, `A replay that an outage cut off at moment ${step}`);
          outcome.value.unsubscribe();
        } else {
          await recoversOn(context, channel(), entries);
          same(sink.calls, calls, "The calls of a sink once its subscribe was rejected");
        }
      }
      const { sink } = await listen(channel(), { after: position });
      await arrives(context, channel(), entries, sink);
      checkBooks(sink, entries, "A replay after all outages");
    },
  },
  {
    name: "delivers nothing to who left during an outage",
    why: "A reconnect that subscribes again from a list must not bring back who has gone.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, listen, resources, released } = context;
      const entries: Entry[] = [];
      const stays = await listen(channel());
      const before = resources();
      const leaves = await listen(channel());
      const alone = await listen(channel(":alone"));
      await outage.begin();
      const calls = [leaves, alone].map(({ sink }) => sink.calls);
      for (const { subscription } of [leaves, alone]) subscription.unsubscribe();
      await outage.end();
      await arrives(context, channel(), entries, stays.sink);
      await recoversOn(context, channel(":alone"));
      same(
        [leaves, alone].map(({ sink }) => sink.calls),
        calls,
        "The calls of sinks that left during an outage",
      );
      await released(before, "after subscriptions that ended during an outage");
    },
  },
];
