/** Cases: idempotency keys. */
import { check, hasCode, same, sameList } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frame, frameOfBytes, frames, payloadsOf } from "./frames.js";
import { BROKER, EVERY_BYTE, PRINTABLE, UNICODE } from "./texts.js";

const needs = ["keys"] as const;

/** Publishes one frame that must be taken, or be known already. */
async function sendOne(context: CaseContext, channel: string, ...args: Parameters<typeof frame>) {
  const [result] = await context.publish(channel, [frame(...args)]);
  check(result !== undefined && "id" in result, `A frame with a key was refused: ${JSON.stringify(result)}`);
  return result;
}

export const keys: readonly ConformanceCase[] = [
  {
    name: "takes one message per key",
    why: "A publisher that retries would otherwise be heard twice.",
    needs,
    async run(context) {
      const { channel, listen } = context;
      const { sink } = await listen(channel());
      const first = await sendOne(context, channel(), "once", { key: "k", createdAt: 1 });
      // The time of the retry differs, its content doesn't.
      const again = await sendOne(context, channel(), "once", { key: "k", createdAt: 2 });
      await sendOne(context, channel(), "last");
      await sink.payload(frame("last").payload);
      const expected = [frame("once", { createdAt: 1 }).payload, frame("last").payload];
      sameList(sink.payloads, expected, "What was delivered");
      same(
        [first.duplicate, again.duplicate],
        [false, true],
        "`duplicate` of the first and of the second publish",
      );
      same(again.id, first.id, "The id of the second publish");
    },
  },
  {
    name: "takes one message per key within a batch",
    why: "Two calls of one tick travel in one batch.",
    needs,
    async run({ channel, listen, publish }) {
      const { sink } = await listen(channel());
      const once = frame("once", { key: "k" });
      const results = await publish(channel(), [once, frame("between"), once, frame("last")]);
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, payloadsOf([once, frame("between"), frame("last")]), "What was delivered");
      const duplicates = results.map((result) => "duplicate" in result && result.duplicate);
      same(duplicates, [false, false, true, false], "`duplicate` of each frame");
      const ids = results.map((result) => ("id" in result ? result.id : ""));
      same(ids[2], ids[0], "The id of the repeated frame");
    },
  },
  {
    name: "takes one message per key of two instances at once",
    why: "A job that ran twice publishes from two servers in the same moment.",
    needs: ["keys", "shared"],
    async run({ channel, transport, peer, listen, publish, send }) {
      const { sink } = await listen(channel());
      for (let i = 0; i < 20; i++) {
        const once = frame(`once ${i}`, { key: `k${i}` });
        const both = await Promise.all([transport, peer].map((via) => publish(channel(), [once], via)));
        const results = both.flat();
        const ids = results.map((result) => ("id" in result ? result.id : "refused"));
        same(ids[0], ids[1], "The ids that two instances gave for one key");
        same(results.filter((result) => "id" in result && !result.duplicate).length, 1, "How many stored it");
      }
      await send(channel(), [frame("last")]);
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, payloadsOf([...frames(20, "once"), frame("last")]), "What was delivered");
    },
  },
  {
    name: "lets one message win the key where two instances differ",
    why: "Of two answers to one question, one is out and the other's publisher learns of it: never both, never none.",
    needs: ["keys", "shared"],
    async run({ channel, transport, peer, listen, publish, send }) {
      const { sink } = await listen(channel());
      const won: string[] = [];
      for (let i = 0; i < 20; i++) {
        const rivals = [transport, peer].map((via, j) => ({
          via,
          rival: frame(`${i} of ${j}`, { key: `k${i}` }),
        }));
        const both = await Promise.all(rivals.map(({ via, rival }) => publish(channel(), [rival], via)));
        const results = both.flat();
        won.push(...rivals.flatMap(({ rival }, j) => ("id" in (results[j] ?? {}) ? [rival.payload] : [])));
        same(won.length, i + 1, "How many messages won their keys");
        for (const result of results) {
          if ("error" in result) hasCode(result.error, "IDEMPOTENCY_CONFLICT", "The other message of a key");
        }
      }
      await send(channel(), [frame("last")]);
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, [...won, frame("last").payload], "What was delivered");
    },
  },
  {
    name: "refuses a key that comes with other content",
    why: "It is a fault of the publisher, and dropping the message would hide it.",
    needs,
    async run(context) {
      const { channel, listen, publish } = context;
      const { sink } = await listen(channel());
      await sendOne(context, channel(), "one", { key: "k" });
      for (const other of [frame("two", { key: "k" }), frame("one", { key: "k", topic: "other" })]) {
        const [result] = await publish(channel(), [other]);
        check(result !== undefined && "error" in result, "A known key with other content was taken.");
        hasCode(result.error, "IDEMPOTENCY_CONFLICT", "A known key with other content");
      }
      const again = await sendOne(context, channel(), "one", { key: "k" });
      same(again.duplicate, true, "`duplicate` of the first content, after the conflict");
      await sendOne(context, channel(), "last");
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, payloadsOf([frame("one"), frame("last")]), "What was delivered");
    },
  },
  {
    name: "refuses a key that comes with other content in the same batch",
    why: "Two calls of one tick, as above; the rest of the batch is others' and goes out.",
    needs,
    async run({ channel, listen, publish }) {
      const { sink } = await listen(channel());
      const [one, other] = [frame("one", { key: "k" }), frame("other", { key: "k" })];
      const results = await publish(channel(), [one, frame("between"), other, one, frame("last")]);
      const outcomes = results.map((r) => ("error" in r ? r.error.code : r.duplicate ? "known" : "stored"));
      const expected = ["stored", "stored", "IDEMPOTENCY_CONFLICT", "known", "stored"];
      sameList(
        outcomes,
        expected,
        "The results of a batch whose key comes three times, once with other content",
      );
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, payloadsOf([one, frame("between"), frame("last")]), "What was delivered");
    },
  },
  {
    name: "keeps the keys of channels apart",
    why: "Keys are chosen per channel; two users' jobs may use the same.",
    needs,
    async run(context) {
      const { channel, listen } = context;
      // Were name and key simply joined, these two would be one.
      const places = [
        { name: channel(":a"), key: "b:k" },
        { name: channel(":a:b"), key: "k" },
        { name: channel(":c"), key: "k" },
      ];
      for (const { name, key } of places) {
        const { sink } = await listen(name);
        const { duplicate } = await sendOne(context, name, "once", { key });
        same(duplicate, false, `\`duplicate\` of the first message under key ${key} of channel ${name}`);
        await sink.count(1);
      }
    },
  },
  {
    name: "keeps keys apart that look alike",
    why: "A key may be a path, a hash or a sentence; none may be cut, folded or trimmed.",
    needs,
    async run({ channel, listen, publish }) {
      const long = "x".repeat(999);
      const alike = ["k", "K", "k ", " k", "k:", "k\n", `${long}a`, `${long}b`];
      const all = [...new Set([...alike, ...PRINTABLE, ...BROKER, ...UNICODE, ...EVERY_BYTE])];
      const { sink } = await listen(channel());
      const batch = all.map((key) => frame(`key ${JSON.stringify(key)}`, { key }));
      for (const isAgain of [false, true]) {
        const results = await publish(channel(), batch);
        for (const [i, result] of results.entries()) {
          const key = JSON.stringify(all[i]);
          check("id" in result, `The key ${key} was refused: ${"error" in result && result.error}`);
          same(
            result.duplicate,
            isAgain,
            `\`duplicate\` of ${isAgain ? "the second" : "the first"} message of key ${key}`,
          );
        }
      }
      await sink.count(all.length);
    },
  },
  {
    name: "doesn't use up the key of a frame that it refuses",
    why: "The publisher mends the message and sends it again under its key.",
    needs,
    async run(context) {
      const { channel, supports, listen, publish } = context;
      if (supports.maxBytes >= 64 * 1_048_576) return;
      const { sink } = await listen(channel());
      const [result] = await publish(channel(), [frameOfBytes(supports.maxBytes + 1, { key: "k" })]);
      check(result !== undefined && "error" in result, "A payload of one byte more than maxBytes was taken.");
      const { duplicate } = await sendOne(context, channel(), "smaller", { key: "k" });
      same(duplicate, false, "`duplicate` of the first message that was taken under the key");
      await sink.count(1);
    },
  },
  {
    name: "remembers a key when its message is gone",
    why: "The window of `supports.keys` holds however busy the channel is.",
    needs: ["keys", "replay"],
    async run(context) {
      const { channel, trimPast } = context;
      const before = await context.history(channel());
      const first = await sendOne(context, channel(), "once", { key: "k" });
      await trimPast(channel(), before.position);
      const again = await sendOne(context, channel(), "once", { key: "k" });
      same(again, { id: first.id, duplicate: true }, "The result for the key, once its message was trimmed");
    },
  },
];
