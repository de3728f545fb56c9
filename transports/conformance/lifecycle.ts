/** Cases: how subscriptions end, and what is left of them. */
import type { Supports } from "../../src/transport.js";
import { check, same, sameList } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frame, frames, payloadsOf } from "./frames.js";

export const lifecycle: readonly ConformanceCase[] = [
  {
    name: "claims what the suite was told",
    why: "Core decides by `transport.supports`; the suite must have tried the same.",
    async run({ transport, peer, supports: told }) {
      const { replay } = told;
      const list = ({ replay, keys, maxBytes, shared, transactions = false }: Supports) =>
        [replay, keys, maxBytes, shared, transactions] as const;
      for (const { supports } of [transport, peer]) {
        const what = "transport.supports (replay, keys, maxBytes, shared, transactions)";
        same(list(supports), list(told), what);
      }
      check(typeof transport.name === "string" && transport.name !== "", "The transport has no name.");
      check(!replay || typeof transport.history === "function", "It claims replay, but has no history().");
    },
  },
  {
    name: "delivers nothing after unsubscribe",
    why: "Who has cleaned up is not prepared for another call.",
    async run(context) {
      const { transport, channel, listen, send } = context;
      const { sink, subscription } = await listen(channel());
      await send(channel(), frames(1));
      await sink.count(1);
      // Under way when it unsubscribes: until then it may be called, from then on not.
      const publishing = transport.publish(channel(), frames(50));
      subscription.unsubscribe();
      const { calls } = sink;
      await context.soon(publishing, "publish to resolve");
      await flush(context, channel());
      same(sink.calls, calls, "The calls of its sink, against those before it unsubscribed");
    },
  },
  {
    name: "lets a sink unsubscribe while it is called",
    why: "The first message is often the one that was waited for.",
    async run(context) {
      const { channel, listen, send } = context;
      const { sink, subscription } = await listen(channel());
      sink.onDeliver = subscription.unsubscribe;
      await send(channel(), frames(20));
      await sink.count(1);
      await flush(context, channel());
      same(sink.calls, 1, "The calls of its sink, which unsubscribes in the first");
    },
  },
  {
    name: "lets a sink unsubscribe another while it is called",
    why: "One page that closes may end what several of its parts listen to.",
    async run(context) {
      const { channel, listen, send } = context;
      const others = [await listen(channel())];
      const { sink } = await listen(channel());
      others.push(await listen(channel()));
      let calls: number[] = [];
      sink.onDeliver = () => {
        sink.onDeliver = undefined;
        for (const { subscription } of others) subscription.unsubscribe();
        calls = others.map((other) => other.sink.calls);
      };
      await send(channel(), frames(20));
      await sink.count(20);
      await flush(context, channel());
      const now = others.map((other) => other.sink.calls);
      same(now, calls, "The calls of the others' sinks, against those before they were unsubscribed");
    },
  },
  {
    name: "ends one subscription, and once",
    why: "A second call that ends another's subscription is the classic fault: it was found in graphql-ws.",
    async run({ channel, listen, send }) {
      // Once where nobody else listens, so that the channel is left and entered again, and once among others.
      const alone = await listen(channel(":alone"));
      alone.subscription.unsubscribe();
      const next = await listen(channel(":alone"));
      alone.subscription.unsubscribe();
      await send(channel(":alone"), frames(1));
      await next.sink.count(1);

      const before = await listen(channel());
      const { sink, subscription } = await listen(channel());
      subscription.unsubscribe();
      const after = await listen(channel());
      subscription.unsubscribe();
      subscription.unsubscribe();
      const batch = frames(3);
      await send(channel(), batch);
      for (const other of [before, after]) {
        await other.sink.count(3);
        sameList(other.sink.payloads, payloadsOf(batch), "What another subscriber got");
      }
      same(sink.calls, 0, "The calls of the sink that was unsubscribed");
    },
  },
  {
    name: "counts subscriptions, not sinks",
    why: "A sink may be given twice; ending one of its subscriptions must leave the other.",
    async run(context) {
      const { transport, channel, recorder, send, soon } = context;
      const sink = recorder();
      const first = await soon(transport.subscribe(channel(), {}, sink), "subscribe to resolve");
      await soon(transport.subscribe(channel(), {}, sink), "subscribe to resolve");
      await send(channel(), [frame("both")]);
      await sink.count(2);
      first.unsubscribe();
      await send(channel(), [frame("one")]);
      await sink.payload(frame("one").payload);
      await flush(context, channel());
      const ones = sink.payloads.filter((payload) => payload === frame("one").payload);
      same(
        [sink.payloads.slice(0, 2), ones.length],
        [payloadsOf([frame("both"), frame("both")]), 1],
        "What came",
      );
    },
  },
  {
    name: "subscribes again after an unsubscribe",
    why: "The last one who leaves a channel must not close it for the next.",
    async run({ channel, listen, send }) {
      for (let i = 0; i < 5; i++) {
        const { sink, subscription } = await listen(channel());
        const batch = frames(2, `round ${i}, message`);
        await send(channel(), batch);
        await sink.count(2);
        sameList(sink.payloads, payloadsOf(batch), `What came in round ${i}`);
        subscription.unsubscribe();
      }
    },
  },
];
