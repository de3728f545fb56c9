/** Cases: `close`. */
import { isRealtimeError } from "../../src/errors.js";
import { check, hasCode, type Outcome, rejects, same, settle } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frames } from "./frames.js";
import { turn } from "./turns.js";

export const closing: readonly ConformanceCase[] = [
  {
    name: "fails every subscription with CLOSED when it closes",
    why: "Who reads would otherwise wait for ever for the next message.",
    async run({ transport, channel, listen, send, soon }) {
      const all = await Promise.all(["", "", ":other"].map((label) => listen(channel(label))));
      const { sink: left, subscription } = await listen(channel());
      subscription.unsubscribe();
      await send(channel(), frames(1));
      await all[0]?.sink.count(1);
      await soon(transport.close(), "close() to resolve");
      for (const { sink } of all) {
        await sink.until("fail() to be called", () => sink.errors.length > 0);
        hasCode(sink.errors[0], "CLOSED", "The error that a subscription failed with");
        same(sink.errors.length, 1, "How often fail() was called");
      }
      same(left.calls, 0, "The calls of a sink that had unsubscribed before");
      // An end that comes late does no harm.
      subscription.unsubscribe();
      for (const each of all) each.subscription.unsubscribe();
    },
  },
  {
    name: "rejects every call with CLOSED once it is closed",
    why: "A call that waits for a transport which is gone never ends.",
    async run({ transport, channel, recorder, soon }) {
      await soon(transport.close(), "close() to resolve");
      const sink = recorder();
      const calls: Record<string, (() => Promise<unknown>) | undefined> = {
        publish: () => transport.publish(channel(), frames(1)),
        subscribe: () => transport.subscribe(channel(), {}, sink),
        history: transport.history && (async () => transport.history?.(channel(), { limit: 1 })),
      };
      for (const [name, call] of Object.entries(calls)) {
        if (call) await soon(rejects(call, "CLOSED", `${name}() after close()`), `${name}() to reject`);
      }
      same(sink.calls, 0, "The calls of a sink that was never subscribed");
    },
  },
  {
    name: "can be closed twice",
    why: "Both a shutdown hook and a test's end may close.",
    async run({ transport, listen, channel, soon }) {
      const { sink } = await listen(channel());
      await soon(Promise.all([transport.close(), transport.close()]), "two calls of close() to resolve");
      await soon(transport.close(), "a third to resolve");
      await sink.until("fail() to be called", () => sink.errors.length > 0);
      same(sink.errors.length, 1, "How often fail() was called");
    },
  },
  {
    name: "settles what close overtakes",
    why: "A publish or subscribe that is under way must end, either way: its caller waits.",
    async run({ transport, channel, supports, recorder, send, soon }) {
      const [first = ""] = await send(channel(":kept"), frames(50));
      const publishes = Array.from({ length: 20 }, (_, i) =>
        settle(() => transport.publish(channel(`:${i}`), frames(2))),
      );
      const sinks = Array.from({ length: 6 }, recorder);
      const subscribes = sinks.map((sink, i) => {
        // Half of them are in the middle of a replay.
        const replays = supports.replay && i % 2 === 0;
        const [name, after] = replays ? [channel(":kept"), first] : [channel(), undefined];
        return settle(() => transport.subscribe(name, { after }, sink));
      });
      const read = async () => transport.history?.(channel(":kept"), { limit: 10 });
      const others = supports.replay ? [settle(read), settle(read)] : [];
      await soon(transport.close(), "close() to resolve, while others are under way");
      const settling = Promise.all<Outcome<unknown>>([...publishes, ...subscribes, ...others]);
      const outcomes = await soon(settling, "what was under way to settle");
      for (const outcome of outcomes) {
        if (!("error" in outcome)) continue;
        const { error } = outcome;
        check(
          isRealtimeError(error),
          `What close overtook rejected with ${error}, which is no RealtimeError.`,
        );
      }
      for (const [i, sink] of sinks.entries()) {
        // Either the attempt was rejected, or the subscription was made and then failed: never neither.
        if ("error" in (outcomes[20 + i] ?? {})) continue;
        await sink.until("fail() to be called", () => sink.errors.length > 0);
        hasCode(sink.errors[0], "CLOSED", "The error that a subscription failed with");
      }
    },
  },
  {
    name: "tells nobody anything once it has failed them, however busy it is",
    why: "Who was told that it is over has cleaned up; a late message finds nothing there.",
    async run(context) {
      const { transport, peer, channel, listen, soon } = context;
      const all = await Promise.all(Array.from({ length: 5 }, () => listen(channel())));
      let closed = false;
      const publishing = (via: typeof peer) =>
        (async () => {
          for (let i = 0; !closed; i++) {
            await settle(() => via.publish(channel(), frames(3, `batch ${i}, message`)));
            if (i % 10 === 0) await turn();
          }
        })();
      const busy = [...new Set([transport, peer])].map(publishing);
      const atEnd: number[] = [];
      for (const [i, { sink }] of all.entries()) {
        sink.onFail = () => {
          atEnd[i] ??= sink.calls;
        };
      }
      try {
        for (const { sink } of all) await sink.count(20);
        await soon(transport.close(), "close() to resolve, while messages come");
        for (const { sink } of all) await sink.until("fail() to be called", () => sink.errors.length > 0);
        if (peer !== transport) await flush(context, channel(), peer);
      } finally {
        closed = true;
        await soon(Promise.all(busy), "publishes to end");
      }
      same(
        all.map(({ sink }) => sink.calls),
        atEnd,
        "The calls of each sink, against those up to its end",
      );
    },
  },
  {
    name: "lets a sink close it while it is called",
    why: "The message that ends a job ends the process that waits for it.",
    async run({ transport, channel, listen, send, soon }) {
      const all = await Promise.all(Array.from({ length: 3 }, () => listen(channel())));
      const closing: Promise<void>[] = [];
      const middle = all[1]?.sink;
      if (middle) middle.onDeliver = () => void closing.push(transport.close());
      await settle(() => send(channel(), frames(3)));
      for (const { sink } of all) await sink.until("fail() to be called", () => sink.errors.length > 0);
      await soon(Promise.all(closing), "close() from within a sink to resolve");
      same(middle?.calls, 2, "The calls of the sink that closes: a message, and its end");
      for (const { sink } of all) same(sink.errors.length, 1, "How often fail() was called");
    },
  },
];
