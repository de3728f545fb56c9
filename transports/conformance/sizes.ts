/** Cases: messages of every size that is allowed, and batches of as many as core makes. */
import { check, same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { bytesOf, frame, frameOfBytes, frames, rawFrame } from "./frames.js";

/** A message that large is tried at most, whatever `supports.maxBytes` says. */
const LARGE = 8 * 1_048_576;

/** The frames that core gives to a publish at most. */
const BATCH = 1_000;

const largest = ({ supports }: CaseContext) => Math.min(supports.maxBytes, LARGE);

/** Publishes a batch, and looks at whether all of it arrives as it was. */
async function carries({ channel, listen, send }: CaseContext, batch: ReturnType<typeof frames>) {
  const { sink } = await listen(channel());
  const ids = await send(channel(), batch);
  await sink.count(batch.length);
  for (const [i, { payload }] of batch.entries()) {
    const { frame } = sink.deliveries[i] ?? {};
    // Not by `same`: a message that shows two payloads of a megabyte helps nobody.
    const came = `${bytesOf(frame?.payload ?? "")} bytes came, ${bytesOf(payload)} were published`;
    check(frame?.payload === payload, `The payload of message ${i} isn't what it was: ${came}.`);
  }
  sameList(sink.ids, ids, "The ids that arrived, against those that publish gave");
}

export const sizes: readonly ConformanceCase[] = [
  {
    name: "carries a payload of maxBytes",
    why: "`supports.maxBytes` is what core promises to publishers.",
    run: (context) => carries(context, [frame("small"), frameOfBytes(largest(context)), frame("")]),
  },
  {
    name: "carries a payload of maxBytes, whatever it is made of",
    why: "Who wraps payloads in JSON, or escapes them, doubles some of them: they pass the broker's limit then.",
    async run(context) {
      for (const char of ['"', "\\", "\n", "\u0001", "\u007f", "é", "水", "🎏"]) {
        const count = Math.floor(largest(context) / bytesOf(char));
        await carries(context, [rawFrame(char.repeat(count))]);
      }
    },
  },
  {
    name: "carries several payloads of maxBytes in one batch",
    why: "A tick may publish more than a broker takes in one message: the batch is to be divided then.",
    async run(context) {
      const large = Array.from({ length: 3 }, () => frameOfBytes(largest(context)));
      await carries(context, [frame("first"), ...large, frame("last")]);
    },
  },
  {
    name: "carries a batch of 1,000 messages",
    why: "Core gathers as many at most; each has a place of its own.",
    run: (context) => carries(context, frames(BATCH, "one of many, message")),
  },
  {
    name: "carries payloads of every length up to 200 bytes, the empty one too",
    why: "Where a broker or a driver takes an empty value for none, a message is lost or the batch shifts.",
    run: (context) =>
      carries(
        context,
        Array.from({ length: 201 }, (_, i) => rawFrame("x".repeat(i))),
      ),
  },
  {
    name: "keeps what it stored apart from what it says of it",
    why: "Payloads that look like a transport's own records, or like nothing, are payloads all the same.",
    async run(context) {
      const odd = ["", " ", "\n", "null", "undefined", "0", "false", "[]", "{}", '""', "$", "*", "-1", "NaN"];
      await carries(
        context,
        odd.map((payload) => rawFrame(payload)),
      );
      if (!context.supports.replay) return;
      const { deliveries } = await context.history(context.channel());
      sameList(
        deliveries.map(({ frame }) => frame.payload),
        odd,
        "What the history keeps",
      );
      same(deliveries[0]?.frame.topic, "note", "The topic of an empty payload in the history");
    },
  },
];
