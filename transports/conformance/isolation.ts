/** Cases: what is published to one channel or topic is found there alone. */
import { sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, rawFrame } from "./frames.js";
import { BROKER, EVERY_BYTE, PRINTABLE, UNICODE } from "./texts.js";

/** Bytes that a channel's name may have. */
const MAX_NAME_BYTES = 255;

/** Names that are tried at once. */
const AT_ONCE = 50;

/**
 * Subscribes to all of these names, publishes to each its own message and then a last one, and looks at what came: a
 * message that went astray stands before the last one.
 */
async function apart(context: CaseContext, names: readonly string[]): Promise<void> {
  const { supports, listen, send, history } = context;
  const all: { name: string; sink: Awaited<ReturnType<typeof listen>>["sink"] }[] = [];
  await inWaves(names, async (name) => {
    all.push({ name, ...(await listen(name)) });
  });
  await inWaves(names, (name) => send(name, [frame(`for ${JSON.stringify(name)}`)]));
  const last = frame("last");
  await inWaves(all, async ({ name, sink }) => {
    await sink.count(1);
    await send(name, [last]);
  });
  await inWaves(all, async ({ name, sink }) => {
    const expected = [frame(`for ${JSON.stringify(name)}`).payload, last.payload];
    await sink.payload(last.payload);
    sameList(sink.payloads, expected, `What came on channel ${JSON.stringify(name)}`);
    if (!supports.replay) return;
    const { deliveries } = await history(name);
    const kept = deliveries.map(({ frame }) => frame.payload);
    sameList(kept, expected, `The history of channel ${JSON.stringify(name)}`);
  });
}

/** So many at once, since every wait has a deadline. */
async function inWaves<T>(list: readonly T[], run: (one: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < list.length; i += AT_ONCE) await Promise.all(list.slice(i, i + AT_ONCE).map(run));
}

export const isolation: readonly ConformanceCase[] = [
  {
    name: "keeps channels apart whose names begin alike",
    why: "A broker's pattern or prefix subscription hands one tenant's messages to another.",
    run: (context) => {
      const endings = ["", ":", ":a", ":a:", ":a:b", ":ab", "*", ".", ".>", ".*", "#", "/+", "?", "[a]"];
      return apart(context, endings.map(context.channel));
    },
  },
  {
    name: "keeps channels apart whose names end alike",
    why: "As above: a name may also begin with what a broker reads as an instruction.",
    run: (context) =>
      apart(
        context,
        ["", ...BROKER].map((text) => text + context.channel()),
      ),
  },
  {
    name: "keeps channels apart whose names differ in case alone",
    why: "Some brokers and databases fold case: Postgres does for identifiers.",
    run: (context) => apart(context, [":room", ":Room", ":ROOM", ":rooM"].map(context.channel)),
  },
  {
    name: "takes every printable character in a name",
    why: "Names hold what users put there: a transport encodes what its broker doesn't allow, reversibly.",
    run: (context) => apart(context, ["", ...PRINTABLE, PRINTABLE.join("")].map(context.channel)),
  },
  {
    name: "takes any script and control characters in a name",
    why: "As above. Two spellings of what looks alike are two names.",
    run: (context) => apart(context, UNICODE.map(context.channel)),
  },
  {
    name: "takes every byte in a name",
    why: "As above, and none of them, alone or beside another, may stand for something else.",
    run: (context) => {
      // What ends a text somewhere, or is dropped from its end, has something behind it, too.
      const before = EVERY_BYTE.slice(0, 33).flatMap((text) => [`${text}a`, `${text}b`]);
      return apart(context, ["", ...EVERY_BYTE, ...before].map(context.channel));
    },
  },
  {
    name: "takes what brokers read as an instruction in a name",
    why: "A wildcard, a hash tag or a level that a name forges opens or hides another's channel.",
    run: (context) => apart(context, BROKER.map(context.channel)),
  },
  {
    name: "takes a name of 255 bytes",
    why: "A name that is cut off collides with another; an encoded one can be three times as long.",
    run: (context) => {
      const room = MAX_NAME_BYTES - context.channel().length - 1;
      const fill = [
        ":".repeat(room),
        "%".repeat(room),
        "\u0001".repeat(room),
        "é".repeat(Math.floor(room / 2)).padEnd(Math.ceil(room / 2), "x"),
        "🎏".repeat(Math.floor(room / 4)) + "x".repeat(room % 4),
      ];
      return apart(context, fill.flatMap((text) => [`${text}a`, `${text}b`]).map(context.channel));
    },
  },
  {
    name: "keeps the topic",
    why: "A gateway filters by topic without reading the payload: who may read one topic must not get another.",
    async run({ channel, supports, listen, send, history }) {
      const topics = [
        ...["status", "Status", "status ", "a:b", "a.b.>", "with space", "x".repeat(200), "水".repeat(60)],
        ...[...PRINTABLE, ...BROKER, ...UNICODE, ...EVERY_BYTE],
      ];
      const { sink } = await listen(channel());
      // The payload is the same for all, and doesn't tell.
      await send(
        channel(),
        topics.map((topic) => rawFrame("0", { topic })),
      );
      await sink.count(topics.length);
      sameList(
        sink.deliveries.map(({ frame }) => frame.topic),
        topics,
        "The topics",
      );
      if (!supports.replay) return;
      const { deliveries } = await history(channel());
      sameList(
        deliveries.map(({ frame }) => frame.topic),
        topics,
        "The topics of the history",
      );
    },
  },
];
