/** Cases: publishing in a transaction of the caller's. */
import { check, same, sameList, settle } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frame, frameOfBytes, frames, payloadsOf } from "./frames.js";
import type { Transaction } from "./setup.js";
import { turn } from "./turns.js";

const needs = ["transactions"] as const;

/** Beyond this, a frame above `maxBytes` is not worth its memory. */
const LARGE = 64 * 1_048_576;

/** Publishes in a transaction; every frame must be taken. Gives the ids that hold once it commits. */
async function sendIn(
  { transport, soon }: CaseContext,
  channel: string,
  batch: ReturnType<typeof frames>,
  { tx }: Transaction,
  via = transport,
): Promise<string[]> {
  const results = await soon(via.publish(channel, batch, { tx }), "publish in a transaction to resolve");
  same(results.length, batch.length, "The number of results of a publish");
  return results.map((result) => {
    check("id" in result, `A frame was refused: ${"error" in result && result.error}`);
    return result.id;
  });
}

const ends = (context: CaseContext, end: Promise<void>) => context.soon(end, "the transaction to end");

export const transactions: readonly ConformanceCase[] = [
  {
    name: "delivers what a transaction published once it commits, and not before",
    why: "A subscriber that hears of an order looks for it in the database, where it isn't yet.",
    needs,
    async run(context) {
      const { channel, peer, listen, supports } = context;
      const all = [await listen(channel()), await listen(channel(), {}, peer)];
      const transaction = await context.transaction();
      const ids = [
        ...(await sendIn(context, channel(), frames(3, "first"), transaction)),
        ...(await sendIn(context, channel(), frames(2, "second"), transaction)),
      ];
      // Another channel is free; what waited for it would have come by then.
      await flush(context, channel(":other"));
      for (const { sink } of all) same(sink.calls, 0, "The calls of a sink before the commit");
      if (supports.replay) {
        const { deliveries } = await context.history(channel());
        same(deliveries.length, 0, "The messages of the history before the commit");
      }
      await ends(context, transaction.commit());
      for (const { sink } of all) {
        await sink.count(5);
        const expected = payloadsOf([...frames(3, "first"), ...frames(2, "second")]);
        sameList(sink.payloads, expected, "What came of a transaction");
        sameList(sink.ids, ids, "The ids that arrived, against those that publish gave");
      }
    },
  },
  {
    name: "delivers nothing of a transaction that is rolled back",
    why: "What didn't happen must not be told.",
    needs,
    async run(context) {
      const { channel, listen, send, supports } = context;
      const { sink } = await listen(channel());
      const transaction = await context.transaction();
      await sendIn(context, channel(), frames(3, "never"), transaction);
      await ends(context, transaction.rollback());
      const batch = frames(2, "after");
      const ids = await send(channel(), batch);
      await sink.count(2);
      sameList(sink.payloads, payloadsOf(batch), "What came after a rollback");
      same(sink.gaps, [], "The gaps");
      if (!supports.replay) return;
      const page = await context.history(channel());
      sameList(
        page.deliveries.map(({ id }) => id),
        ids,
        "The history after a rollback",
      );
    },
  },
  {
    name: "keeps the order of commits on a channel",
    why: "A number that was drawn first may commit last; who had read past it by then never sees it.",
    needs,
    async run(context) {
      const { channel, transport, peer, listen, supports } = context;
      const all = [await listen(channel()), await listen(channel(), {}, peer)];
      const sent: string[] = [];
      for (let i = 0; i < 10; i++) {
        const first = await context.transaction();
        const ids = await sendIn(context, channel(), frames(2, `first, round ${i}.`), first);
        const second = await context.transaction(peer);
        // May wait until the first has ended, and must come after it in any case.
        const later = sendIn(context, channel(), frames(2, `second, round ${i}.`), second, peer);
        const outside = settle(() => transport.publish(channel(), frames(2, `outside, round ${i}.`)));
        for (let turns = 20 * i; turns > 0; turns--) await turn();
        await ends(context, first.commit());
        ids.push(...(await later));
        await ends(context, second.commit());
        const outcome = await context.soon(outside, "a publish beside a transaction to settle");
        check(
          "value" in outcome,
          `A publish beside a transaction failed: ${"error" in outcome && outcome.error}`,
        );
        for (const result of outcome.value) if ("id" in result) ids.push(result.id);
        sent.push(...ids);
        for (const { sink } of all) await sink.count(sent.length);
      }
      const [here, there] = all.map(({ sink }) => sink.ids);
      sameList(there ?? [], here ?? [], "The ids at one instance, against those at the other");
      sameList(
        [...(here ?? [])].sort(),
        [...sent].sort(),
        "The ids that came, in no order, against those published",
      );
      const payloads = all[0]?.sink.payloads ?? [];
      const place = (payload = "") => payloads.indexOf(payload);
      for (let i = 0; i < 10; i++) {
        const [first, second] = ["first", "second"].map((who) =>
          payloadsOf(frames(2, `${who}, round ${i}.`)),
        );
        check(
          place(first?.[1]) < place(second?.[0]),
          `In round ${i}, the second transaction to commit came before the first.`,
        );
      }
      if (!supports.replay) return;
      const { deliveries } = await context.history(channel());
      sameList(
        deliveries.map(({ id }) => id),
        here ?? [],
        "The history, against what came",
      );
    },
  },
  {
    name: "publishes to several channels in one transaction",
    why: "What belongs together is told together, or not at all.",
    needs,
    async run(context) {
      const { channel, listen } = context;
      const names = [":a", ":b", ":c"].map(channel);
      const all = await Promise.all(names.map((name) => listen(name)));
      const undone = await context.transaction();
      for (const name of names) await sendIn(context, name, [frame("undone")], undone);
      await ends(context, undone.rollback());
      const transaction = await context.transaction();
      for (const name of names) await sendIn(context, name, [frame(`to ${name}`)], transaction);
      await ends(context, transaction.commit());
      for (const [i, { sink }] of all.entries()) {
        await sink.count(1);
        sameList(sink.payloads, [frame(`to ${names[i]}`).payload], `What came on one of three channels`);
      }
    },
  },
  {
    name: "takes a key with a commit, and gives it back with a rollback",
    why: "A job that failed runs again, under its key; one that was done must not.",
    needs: ["transactions", "keys"],
    async run(context) {
      const { channel, listen, publish } = context;
      const { sink } = await listen(channel());
      const once = frame("once", { key: "k" });
      const undone = await context.transaction();
      await sendIn(context, channel(), [once], undone);
      await ends(context, undone.rollback());
      const transaction = await context.transaction();
      const [id] = await sendIn(context, channel(), [once], transaction);
      await ends(context, transaction.commit());
      const [again] = await publish(channel(), [once]);
      same(again, { id, duplicate: true }, "The result for a key that a transaction had used");
      await publish(channel(), [frame("last")]);
      await sink.payload(frame("last").payload);
      sameList(sink.payloads, payloadsOf([once, frame("last")]), "What was delivered");
    },
  },
  {
    name: "refuses a frame without harm to the transaction",
    why: "A message that is too large is its publisher's to handle; a broken transaction takes the whole job with it.",
    needs,
    async run(context) {
      const { channel, supports, transport, listen, soon } = context;
      if (supports.maxBytes >= LARGE) return;
      const { sink } = await listen(channel());
      const { tx, commit } = await context.transaction();
      const batch = [frame("first"), frameOfBytes(supports.maxBytes + 1), frame("second")];
      const results = await soon(
        transport.publish(channel(), batch, { tx }),
        "publish in a transaction to resolve",
      );
      const outcomes = results.map((result) => ("error" in result ? result.error.code : "stored"));
      sameList(
        outcomes,
        ["stored", "PAYLOAD_TOO_LARGE", "stored"],
        "The results of a batch whose second frame is too large",
      );
      await ends(context, commit());
      await sink.count(2);
      sameList(sink.payloads, payloadsOf([frame("first"), frame("second")]), "What was delivered");
    },
  },
];
