/** Cases: what is published to one channel reaches that channel alone. */
import { sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame } from "./frames.js";

/** Bytes that a channel's name may have. */
const MAX_NAME_BYTES = 255;

/**
 * Subscribes to all of these names, publishes to each its own message and then a last one, and looks at what came: a
 * message that went astray stands before the last one.
 */
async function apart(context: CaseContext, names: readonly string[]): Promise<void> {
  const { supports, listen, send, history } = context;
  const all = await Promise.all(names.map(async (name) => ({ name, ...(await listen(name)) })));
  for (const { name } of all) await send(name, [frame(`for ${JSON.stringify(name)}`)]);
  const last = frame("last");
  for (const { name, sink } of all) {
    await sink.count(1);
    await send(name, [last]);
  }
  for (const { name, sink } of all) {
    const expected = [frame(`for ${JSON.stringify(name)}`).payload, last.payload];
    await sink.payload(last.payload);
    sameList(sink.payloads, expected, `What came on channel ${JSON.stringify(name)}`);
    if (!supports.replay) continue;
    const { deliveries } = await history(name);
    const kept = deliveries.map(({ frame }) => frame.payload);
    sameList(kept, expected, `The history of channel ${JSON.stringify(name)}`);
  }
}

/** Every character that ASCII can print. */
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

const UNICODE = [
  // These two have the same low byte.
  ...["A", "\u0141"],
  ...["\u00e9", "e\u0301", "É", "ß", "ss", "水", "🎏", "👩‍🚀", "👩", "İ", "i", "\u200b", "\u00a0", "\ufeff"],
  ...[
    "\u0000",
    "\u0001",
    "\t",
    "\n",
    "\r",
    "\u007f",
    "\u0085",
    "\u2028",
    "%00",
    "%C3%A9",
    "\\u00e9",
    "\ufffd",
  ],
];

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
    name: "takes a name of 255 bytes",
    why: "A name that is cut off collides with another; an encoded one can be three times as long.",
    run: (context) => {
      const room = MAX_NAME_BYTES - context.channel().length - 1;
      const fill = [":".repeat(room), "é".repeat(Math.floor(room / 2)).padEnd(Math.ceil(room / 2), "x")];
      return apart(context, fill.flatMap((text) => [`${text}a`, `${text}b`]).map(context.channel));
    },
  },
];
