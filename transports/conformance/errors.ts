/** Cases: what is refused, and how. */
import { check, hasCode, sameList } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { frame, frameOfBytes, payloadsOf } from "./frames.js";

/** Beyond this, a frame above `maxBytes` is not worth its memory. */
const LARGE = 64 * 1_048_576;

export const errors: readonly ConformanceCase[] = [
  {
    name: "refuses a payload above maxBytes",
    why: "Else a broker closes the connection, or stores what no subscriber can read.",
    async run({ channel, supports, listen, publish, send }) {
      if (supports.maxBytes >= LARGE) return;
      const { sink } = await listen(channel());
      const [result] = await publish(channel(), [frameOfBytes(supports.maxBytes + 1)]);
      check(result !== undefined && "error" in result, "A payload of one byte more than maxBytes was taken.");
      hasCode(result.error, "PAYLOAD_TOO_LARGE", "A payload of one byte more than maxBytes");
      const next = frame("next");
      await send(channel(), [next]);
      await sink.count(1);
      sameList(sink.payloads, [next.payload], "What was delivered");
    },
  },
  {
    name: "stores the rest of a batch where one frame is refused",
    why: "Frames of a batch come from different callers: one caller's fault must not hit another.",
    async run({ channel, supports, listen, publish }) {
      if (supports.maxBytes >= LARGE) return;
      const good = [frame("first"), frame("second")];
      const { sink } = await listen(channel());
      const [first, second] = good;
      check(first !== undefined && second !== undefined, "");
      const results = await publish(channel(), [first, frameOfBytes(supports.maxBytes + 1), second]);
      const kinds = results.map((result) => ("error" in result ? "refused" : "stored"));
      sameList(
        kinds,
        ["stored", "refused", "stored"],
        "The results of a batch whose second frame is too large",
      );
      await sink.count(2);
      sameList(sink.payloads, payloadsOf(good), "What was delivered");
      sameList(
        sink.ids,
        results.flatMap((result) => ("id" in result ? [result.id] : [])),
        "The ids",
      );
    },
  },
  {
    name: "refuses a key",
    why: "A key that is ignored lets a repeat through, while its publisher counts on it.",
    unless: "keys",
    async run({ channel, publish }) {
      const [result] = await publish(channel(), [frame("once", { key: "k" })]);
      check(
        result !== undefined && "error" in result,
        "It doesn't claim keys, but a frame with a key was taken.",
      );
      hasCode(result.error, "UNSUPPORTED", "A frame with a key");
    },
  },
];
