/** Cases: every message arrives, as it was, in order, once. */
import { snapshot } from "../../src/codec.js";
import { createFrame, readDelivery } from "../../src/frame.js";
import { parsePosition } from "../../src/position.js";
import { check, same, sameList } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { frames, payloadsOf, rawFrame } from "./frames.js";

export const delivery: readonly ConformanceCase[] = [
  {
    name: "keeps the order within a batch",
    why: "Core gathers what one tick publishes: the words of a sentence come in one batch.",
    async run({ channel, listen, send }) {
      const batch = frames(100);
      const { sink } = await listen(channel());
      const ids = await send(channel(), batch);
      await sink.count(batch.length);
      sameList(sink.payloads, payloadsOf(batch), "The messages of one batch");
      sameList(sink.ids, ids, "The ids that arrived, against those that publish gave");
    },
  },
  {
    name: "keeps the order across batches",
    why: "A later message that overtakes an earlier one shows a subscriber an old state last.",
    async run({ channel, listen, send }) {
      const { sink } = await listen(channel());
      const sent: string[] = [];
      for (let i = 0; i < 100; i++) {
        const batch = frames(1 + (i % 5), `batch ${i}, message`);
        await send(channel(), batch);
        sent.push(...payloadsOf(batch));
      }
      await sink.count(sent.length);
      sameList(sink.payloads, sent, "The messages of 100 batches");
    },
  },
  {
    name: "keeps each channel's order while many publish at once",
    why: "One busy channel must not shuffle or hold up another.",
    async run({ channel, listen, send }) {
      const one = async (label: string) => {
        const { sink } = await listen(channel(label));
        const sent: string[] = [];
        for (let i = 0; i < 20; i++) {
          const batch = frames(3, `${label}, batch ${i}, message`);
          await send(channel(label), batch);
          sent.push(...payloadsOf(batch));
        }
        await sink.count(sent.length);
        sameList(sink.payloads, sent, `The messages of channel ${label}`);
      };
      await Promise.all(Array.from({ length: 20 }, (_, i) => one(`:${i}`)));
    },
  },
  {
    name: "gives every subscriber every message",
    why: "Channels fan out: a message isn't shared out among those who listen.",
    async run({ channel, listen, send }) {
      const all = await Promise.all(Array.from({ length: 5 }, () => listen(channel())));
      const batch = frames(10);
      await send(channel(), batch);
      for (const { sink } of all) {
        await sink.count(batch.length);
        sameList(sink.payloads, payloadsOf(batch), "What one of five subscribers got");
      }
    },
  },
  {
    name: "delivers all that is published once subscribe has resolved",
    why: "Who has subscribed and then asks for a job to start must not miss its first message.",
    async run({ channel, listen, send }) {
      for (let i = 0; i < 50; i++) {
        const { sink, subscription } = await listen(channel(`:${i}`));
        const [first] = frames(1);
        await send(channel(`:${i}`), first ? [first] : []);
        await sink.count(1);
        subscription.unsubscribe();
      }
    },
  },
  {
    name: "gives a live subscriber nothing from before",
    why: "Without `after`, old messages would be taken for new ones.",
    async run({ channel, listen, send }) {
      await send(channel(), frames(3, "before"));
      const { sink } = await listen(channel());
      const batch = frames(2, "after");
      await send(channel(), batch);
      await sink.count(batch.length);
      sameList(sink.payloads, payloadsOf(batch), "What a live subscriber got");
    },
  },
  {
    name: "gives ids that fit its claim",
    why: "With replay, an id is the position to resume from; without, it must at least be unique.",
    async run({ channel, supports, listen, send }) {
      const { subscription } = await listen(channel());
      const ids: string[] = [];
      for (let i = 0; i < 10; i++) ids.push(...(await send(channel(), frames(5, `batch ${i}, message`))));
      same(new Set(ids).size, ids.length, "The number of different ids");
      if (!supports.replay) {
        same(subscription.position, undefined, "The position of a subscription without replay");
        return;
      }
      const texts = [subscription.position ?? "", ...ids];
      const positions = texts.map((text) => {
        const position = parsePosition(text);
        check(position !== undefined, `It claims replay, but ${JSON.stringify(text)} is no position.`);
        return position;
      });
      positions.forEach((position, i) => {
        const before = positions[i - 1];
        if (!before) return;
        same(position.epoch, before.epoch, `The epoch of ${texts[i]}`);
        check(
          position.offset > before.offset,
          `${texts[i]} follows ${texts[i - 1]}, but its offset isn't higher.`,
        );
      });
    },
  },
  {
    name: "carries a payload byte for byte",
    why: "A broker or an adapter that reads JSON and prints it again changes keys, numbers and escapes.",
    async run({ channel, listen, send }) {
      const payloads = [
        '{ "topic" : "note",\n\t"data": {"b":1, "a":2, "1":3, "a":4}, "createdAt": 0 }',
        '{"topic":"note","data":[1.0,1e3,-0,0.1000,12345678901234567890],"createdAt":0}',
        '{"topic":"note","data":"\\u0041\\/\\u00e9 é 水 🎏 \\ud83d \\u0000 \\u2028","createdAt":0}',
        '{"topic":"note","data":{"__proto__":{"x":1},"constructor":null,"":[]},"createdAt":0}',
        `{"topic":"note","data":"quotes ' \\" \` $1 %s \\\\ ; -- |","createdAt":0}`,
        "0",
        "",
      ];
      const { sink } = await listen(channel());
      await send(
        channel(),
        payloads.map((payload) => rawFrame(payload)),
      );
      await sink.count(payloads.length);
      sameList(sink.payloads, payloads, "The payloads");
    },
  },
  {
    name: "carries what core publishes",
    why: "The frames of other cases are made by the suite; these are the real ones.",
    async run({ channel, listen, send }) {
      const data = { at: new Date(0), big: 2n ** 64n, tags: new Set(["é", "水"]), none: undefined, zero: -0 };
      const { sink } = await listen(channel());
      const [id = ""] = await send(channel(), [
        createFrame("status", snapshot(data, "data"), 1_234, undefined),
      ]);
      await sink.count(1);
      const [received] = sink.deliveries;
      check(received !== undefined, "Nothing was delivered.");
      const message = readDelivery(channel(), received);
      same([message.id, message.topic, message.createdAt.getTime()], [id, "status", 1_234], "The message");
      const copy = message.data as typeof data;
      const intact =
        copy.at.getTime() === 0 && copy.big === data.big && copy.tags.has("水") && Object.is(copy.zero, -0);
      check(intact && "none" in copy, "The data of a message is not what was published.");
    },
  },
];
