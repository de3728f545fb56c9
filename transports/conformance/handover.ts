/** Cases: from what was missed to what comes live, while others publish as fast as they can. */
import type { Delivery } from "../../src/frame.js";
import { isNotAfter } from "../../src/position.js";
import type { Transport } from "../../src/transport.js";
import { same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { payloadsOf } from "./frames.js";
import { numbered, startPump } from "./pump.js";

const needs = ["replay"] as const;

/** A subscriber resumes from up to so many messages back. */
const BACK = 20;

/** So many messages must come after a subscribe: the last of them were published when it had resolved. */
const LIVE = 4;

/** Channels that hand over side by side, so that one waits for its broker while another goes on. */
const LANES = 4;

/** Subscribers that hand over together on one channel. */
const CROWD = 10;

/** Gives what came on a channel after a position: it must be the messages that follow it, and no other. */
type HandOver = (channel: string, after: string) => Promise<readonly Pick<Delivery, "frame">[]>;

/** Hands over on one channel while a pump runs, from positions that lie more or less far back, `crowd` at a time. */
async function lane(
  context: CaseContext,
  channel: string,
  via: Transport,
  { rounds, crowd, handOver }: { rounds: number; crowd: number; handOver: HandOver },
): Promise<void> {
  const { sink, subscription } = await context.listen(channel);
  const pump = startPump(context, channel, via);
  const one = async (round: number) => {
    const from = Math.max(0, pump.ids.length - 1 - (round % BACK));
    const came = await handOver(channel, pump.ids[from] ?? "");
    const payloads = came.map(({ frame }) => frame.payload);
    const expected = payloadsOf(numbered(from + 1, came.length));
    sameList(payloads, expected, `What came after message ${from}, in round ${round}`);
  };
  try {
    await sink.count(BACK + 1);
    // From here on, nobody listens but who hands over: each time, the transport begins to listen anew.
    subscription.unsubscribe();
    for (let round = 0; round < rounds; round += crowd) {
      await Promise.all(Array.from({ length: crowd }, (_, i) => one(round + i)));
    }
  } finally {
    await pump.stop();
  }
}

/** Hands over `rounds` times in all. Every second channel is fed by the other instance. */
async function alone(context: CaseContext, handOver: HandOver): Promise<void> {
  const { transport, peer, channel } = context;
  const rounds = Math.ceil(context.rounds / LANES);
  const lanes = Array.from({ length: LANES }, (_, i) =>
    lane(context, channel(`:${i}`), i % 2 ? transport : peer, { rounds, crowd: 1, handOver }),
  );
  // All of them end, also where one fails: none may publish into the next case.
  const outcomes = await Promise.allSettled(lanes);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

const fromReplayToLive =
  ({ listen }: CaseContext): HandOver =>
  async (channel, after) => {
    const { sink, subscription } = await listen(channel, { after });
    await sink.count(sink.deliveries.length + LIVE);
    subscription.unsubscribe();
    same(sink.gaps, [], `The gaps after ${after}`);
    return sink.deliveries;
  };

export const handover: readonly ConformanceCase[] = [
  {
    name: "hands over from replay to live without hole or repeat",
    why: "Between reading what was missed and listening, a message is easily lost or delivered twice.",
    needs,
    run: (context) => alone(context, fromReplayToLive(context)),
  },
  {
    name: "hands over many subscribers of a channel at once",
    why: "When a server restarts, all of its pages come back to another in one moment, each from where it was.",
    needs,
    async run(context) {
      const { channel, peer, rounds } = context;
      await lane(context, channel(), peer, { rounds, crowd: CROWD, handOver: fromReplayToLive(context) });
    },
  },
  {
    name: "joins a live subscription and a history without hole or repeat",
    why: "This is what a gateway does: it listens once per channel, and reads what each socket missed.",
    needs,
    run: (context) =>
      alone(context, async (channel, after) => {
        const { sink, subscription } = await context.listen(channel);
        const missed: Delivery[] = [];
        let page = await context.history(channel, { after, limit: 100 });
        for (;;) {
          same(page.gap, undefined, `The gap after ${after}`);
          missed.push(...page.deliveries);
          if (!page.more) break;
          page = await context.history(channel, { after: page.position, limit: 100 });
        }
        await sink.count(sink.deliveries.length + LIVE);
        subscription.unsubscribe();
        return [...missed, ...sink.deliveries.filter(({ id }) => !isNotAfter(id, page.position))];
      }),
  },
];
