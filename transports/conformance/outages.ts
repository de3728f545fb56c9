/** Cases: calls while the broker can't be reached, and the first ones after. */
import { check, hasCode, same, sameList, settle } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frame, frames } from "./frames.js";
import { moments } from "./turns.js";

/** A call that must be refused in bounded time while the broker is gone. */
async function refused(context: CaseContext, call: () => Promise<unknown>, what: string): Promise<void> {
  const outcome = await context.soon(settle(call), `${what} to settle while the broker is gone`);
  check("error" in outcome, `${what} resolved while the broker was gone.`);
  gone(outcome.error, `${what} while the broker is gone`);
}

/** It says that the broker failed, and how. */
export function gone(error: unknown, what: string): void {
  hasCode(error, "TRANSPORT_FAILED", what);
  const { cause } = error as { cause?: unknown };
  check(cause !== undefined, `${what}: the error has no cause; the broker's own belongs there.`);
}

/** A transport that is connected, and a channel that has messages. */
async function connected({ channel, transport, peer, send }: CaseContext): Promise<void> {
  await send(channel(), frames(2, "before"), transport);
  await send(channel(), frames(2, "before, too"), peer);
}

/** Publishes until it is taken, a new message each time: a broker that is back isn't found in the same moment. */
async function publishes(context: CaseContext, label: string, via = context.transport) {
  let tries = 0;
  await context.recovers("a publish to be taken once the broker is back", async () => {
    const batch = [frame(`${label}, try ${tries++}`)];
    const outcome = await context.soon(
      settle(() => via.publish(context.channel(), batch)),
      "publish to settle",
    );
    if ("error" in outcome) gone(outcome.error, "publish while the broker comes back");
    return "value" in outcome;
  });
}

export const outages: readonly ConformanceCase[] = [
  {
    name: "rejects a publish while the broker is gone",
    why: "Who waits for it holds a request; who is told that it was stored believes it.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, transport, peer } = context;
      await connected(context);
      await outage.begin();
      for (const via of [transport, peer, transport]) {
        await refused(context, () => via.publish(channel(), frames(2)), "publish");
      }
      // Many at once neither take longer, nor pile up.
      const many = Array.from({ length: 50 }, (_, i) => () => transport.publish(channel(`:${i}`), frames(3)));
      await Promise.all(many.map((call) => refused(context, call, "publish, one of fifty,")));
    },
  },
  {
    name: "rejects a subscribe while the broker is gone",
    why: "A subscription that isn't one misses everything, and nobody knows.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, transport, recorder, supports } = context;
      await connected(context);
      const sinks = [recorder(), recorder()];
      await outage.begin();
      for (const sink of sinks) {
        await refused(context, () => transport.subscribe(channel(":new"), {}, sink), "subscribe");
      }
      if (supports.replay) {
        sinks.push(recorder());
        const attempt = () => transport.subscribe(channel(), { after: "e.0" }, sinks[2] ?? recorder());
        await refused(context, attempt, "subscribe with `after`");
      }
      await outage.end();
      await publishes(context, "after");
      await flush(context, channel(":new"));
      same(
        sinks.map(({ calls }) => calls),
        sinks.map(() => 0),
        "The calls of sinks whose subscribe was rejected",
      );
    },
  },
  {
    name: "rejects a history while the broker is gone",
    why: "An empty page would say that nothing was missed.",
    needs: ["outage", "replay"],
    async run(context) {
      const { channel, outage, transport } = context;
      await connected(context);
      const read = async () => transport.history?.(channel(), { limit: 10 });
      await outage.begin();
      for (let i = 0; i < 2; i++) await refused(context, read, "history");
      await outage.end();
      await context.recovers("a history to be read once the broker is back", async () => {
        const outcome = await context.soon(settle(read), "history to settle");
        return "value" in outcome;
      });
    },
  },
  {
    name: "works again once the broker is back, however often it goes",
    why: "A transport that has to be made anew takes a deploy to mend.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, transport, peer, listen, send } = context;
      await connected(context);
      for (let i = 0; i < 3; i++) {
        await outage.begin();
        await refused(context, () => transport.publish(channel(), frames(1)), `publish in outage ${i}`);
        await outage.end();
        for (const via of [transport, peer]) await publishes(context, `after outage ${i}`, via);
        const { sink, subscription } = await listen(channel(`:${i}`));
        const batch = frames(3, `after outage ${i}`);
        const ids = await send(channel(`:${i}`), batch, peer);
        await sink.count(3);
        sameList(sink.ids, ids, `What a subscription got that began after outage ${i}`);
        subscription.unsubscribe();
      }
    },
  },
  {
    name: "settles what an outage overtakes",
    why: "A call that was under way when the connection broke is the one that is easily forgotten.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, transport, recorder, soon, supports } = context;
      await connected(context);
      for (const step of [0, 1, 10, 35, 60]) {
        const sinks = Array.from({ length: 5 }, recorder);
        const calls = [
          ...Array.from({ length: 10 }, (_, i) => () => transport.publish(channel(`:${i}`), frames(3))),
          ...sinks.map((sink, i) => () => transport.subscribe(channel(`:${step}:${i}`), {}, sink)),
          ...(supports.replay ? [async () => transport.history?.(channel(), { limit: 10 })] : []),
        ];
        const settling = calls.map((call) => settle<unknown>(call));
        await moments(step);
        await outage.begin();
        const outcomes = await soon(Promise.all(settling), "what an outage overtook to settle");
        for (const outcome of outcomes)
          if ("error" in outcome) gone(outcome.error, "What an outage overtook");
        await outage.end();
        await publishes(context, `after moment ${step}`);
      }
    },
  },
  {
    name: "takes one message per key across an outage",
    why: "Who was told that a publish failed tries again: the first may have been stored all the same.",
    needs: ["outage", "keys"],
    async run(context) {
      const { channel, outage, transport, soon, supports, listen } = context;
      await connected(context);
      const keys: string[] = [];
      for (const step of [0, 5, 33, 50, 70]) {
        const once = frame(`once, at moment ${step}`, { key: `k${step}` });
        keys.push(once.payload);
        const attempt = settle(() => transport.publish(channel(), [once]));
        await moments(step);
        await outage.begin();
        const first = await soon(attempt, "a publish with a key to settle");
        await outage.end();
        let id: string | undefined;
        await context.recovers("a publish with a key to be taken once the broker is back", async () => {
          const again = await soon(
            settle(() => transport.publish(channel(), [once])),
            "publish to settle",
          );
          const [result] = "value" in again ? again.value : [];
          if (result && "id" in result) id = result.id;
          return id !== undefined;
        });
        const [known] = "value" in first ? first.value : [];
        if (known && "id" in known) same(id, known.id, "The id for a key that was taken before the outage");
      }
      if (!supports.replay) return;
      const { sink } = await listen(channel(), { after: "of another time" });
      const last = frame("last");
      await context.send(channel(), [last]);
      await sink.payload(last.payload);
      const came = sink.payloads.filter((payload) => keys.includes(payload));
      same(
        new Set(came).size,
        came.length,
        "The number of different messages with a key, against all of them",
      );
    },
  },
  {
    name: "closes while the broker is gone",
    why: "A server that shuts down because its broker is gone must get to its end.",
    needs: ["outage"],
    async run(context) {
      const { channel, outage, transport, peer, listen, soon } = context;
      await connected(context);
      const { sink } = await listen(channel());
      await outage.begin();
      const under = settle(() => transport.publish(channel(), frames(1)));
      await soon(transport.close(), "close() to resolve while the broker is gone");
      const outcome = await soon(under, "a publish that close overtook to settle");
      if ("error" in outcome) hasRealtimeCode(outcome.error);
      await sink.until("fail() to be called", () => sink.errors.length > 0);
      hasCode(sink.errors[0], "CLOSED", "The error that a subscription failed with");
      await outage.end();
      await publishes(context, "after", peer);
    },
  },
];

/** Either says what happened: the broker was gone, and the transport was closed. */
function hasRealtimeCode(error: unknown): void {
  const { code } = error as { code?: unknown };
  check(
    code === "CLOSED" || code === "TRANSPORT_FAILED",
    `A publish that close overtook was rejected with ${String(error)}.`,
  );
}
