/** Cases: sinks that are slow, that throw, or that call the transport. */
import { check, same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase, Listening } from "./case.js";
import { frame, frames, payloadsOf } from "./frames.js";
import { numbered, startPump } from "./pump.js";
import { uncaught } from "./uncaught.js";

/** Milliseconds that a slow sink holds up the whole process for. */
const SLOW = 60;

const block = (milliseconds: number) => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

/** All of them got these payloads, in this order. */
async function allGot(listening: readonly Listening[], payloads: readonly string[], what: string) {
  for (const { sink } of listening) {
    await sink.count(payloads.length);
    sameList(sink.payloads, payloads, what);
    same(sink.errors, [], `The errors of a sink (${what})`);
  }
}

/** Three subscribers; the second gets a fault. */
const three = ({ channel, listen }: CaseContext) =>
  Promise.all(Array.from({ length: 3 }, () => listen(channel())));

export const sinks: readonly ConformanceCase[] = [
  {
    name: "loses nothing where a sink blocks the process",
    why: "A handler that computes holds up the connection to the broker, which must not take that for its end.",
    async run(context) {
      const { channel, peer } = context;
      const all = await three(context);
      let blocks = 5;
      const slow = all[1]?.sink;
      if (slow) slow.onDeliver = () => void (blocks-- > 0 && block(SLOW));
      const pump = startPump(context, channel(), peer);
      try {
        await slow?.until("five slow calls and 100 messages", () => blocks <= 0 && slow.ids.length >= 100);
      } finally {
        await pump.stop();
      }
      await allGot(all, payloadsOf(numbered(0, pump.ids.length)), "What came beside a slow sink");
    },
  },
  {
    name: "keeps what a sink throws from the others",
    why: "One subscriber's fault must neither cost the others their messages nor end the transport.",
    async run(context) {
      const { channel, send } = context;
      const all = await three(context);
      const broken = all[1]?.sink;
      const fault = new Error("A sink's fault, which the suite makes on purpose.");
      if (broken) {
        broken.onDeliver = () => {
          throw fault;
        };
      }
      const sent: string[] = [];
      await uncaught(fault, async () => {
        for (let i = 0; i < 5; i++) {
          const batch = frames(2, `batch ${i}, message`);
          await send(channel(), batch);
          sent.push(...payloadsOf(batch));
        }
        await allGot(all, sent, "What came beside a sink that throws");
      });
    },
  },
  {
    name: "lets a sink subscribe while it is called",
    why: "A message often names the channel to listen to next.",
    async run(context) {
      const { transport, channel, recorder, listen, send, soon } = context;
      const { sink } = await listen(channel());
      const nested = recorder();
      const subscribing: Promise<unknown>[] = [];
      sink.onDeliver = () => {
        sink.onDeliver = undefined;
        subscribing.push(transport.subscribe(channel(), {}, nested));
      };
      await send(channel(), frames(3, "first"));
      await sink.count(3);
      await soon(Promise.all(subscribing), "a subscribe from within a sink to resolve");
      await send(channel(), [frame("next")]);
      await nested.payload(frame("next").payload);
      await sink.payload(frame("next").payload);
      check(
        nested.payloads.length === new Set(nested.payloads).size,
        "A sink that subscribed within a call got a message twice.",
      );
      sameList(sink.payloads, payloadsOf([...frames(3, "first"), frame("next")]), "What the first sink got");
    },
  },
  {
    name: "lets a sink publish while it is called",
    why: "An answer is published by who hears the question; all must hear it after that.",
    async run(context) {
      const { transport, channel, send, soon } = context;
      const all = await three(context);
      const answering: Promise<unknown>[] = [];
      const middle = all[1]?.sink;
      if (middle) {
        middle.onDeliver = ([first]) => {
          const isQuestion = first?.frame.payload === frame("question").payload;
          if (isQuestion) answering.push(transport.publish(channel(), [frame("answer")]));
        };
      }
      await send(channel(), [frame("question")]);
      for (const { sink } of all) await sink.count(2);
      await soon(Promise.all(answering), "a publish from within a sink to resolve");
      await allGot(all, payloadsOf([frame("question"), frame("answer")]), "What a subscriber got");
      const [first = [], ...others] = all.map(({ sink }) => sink.ids);
      for (const ids of others) sameList(ids, first, "The ids at one sink, against those at another");
    },
  },
];
