/** Cases: two instances on one broker. */
import { same, sameList } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { frames, payloadsOf } from "./frames.js";

export const sharing: readonly ConformanceCase[] = [
  {
    name: "reaches subscribers of another instance, in order and with the same ids",
    why: "This is what a broker is for: publisher and subscriber are on different servers.",
    needs: ["shared"],
    async run({ channel, transport, peer, listen, send }) {
      const here = await listen(channel(), {}, transport);
      const there = await listen(channel(), {}, peer);
      const sent: string[] = [];
      const ids: string[] = [];
      for (let i = 0; i < 20; i++) {
        const batch = frames(3, `batch ${i}, message`);
        ids.push(...(await send(channel(), batch, i % 2 ? transport : peer)));
        sent.push(...payloadsOf(batch));
      }
      for (const { sink } of [here, there]) {
        await sink.count(sent.length);
        sameList(sink.payloads, sent, "What a subscriber of one of two instances got");
        sameList(sink.ids, ids, "Its ids");
      }
    },
  },
  {
    name: "shows all instances one order",
    why: "Two servers publish to one channel at once; their subscribers must agree on what came last.",
    needs: ["shared"],
    async run({ channel, transport, peer, listen, send }) {
      const all = [await listen(channel(), {}, transport), await listen(channel(), {}, peer)];
      const run = async (label: string, via: typeof peer) => {
        for (let i = 0; i < 30; i++) await send(channel(), frames(2, `${label}, batch ${i}, message`), via);
      };
      await Promise.all([run("here", transport), run("there", peer)]);
      for (const { sink } of all) await sink.count(120);
      const [here, there] = all.map(({ sink }) => sink.ids);
      sameList(there ?? [], here ?? [], "The ids at one instance, against those at the other");
    },
  },
  {
    name: "keeps every channel's order while both instances publish to all",
    why: "Under load, a publisher's messages must not overtake each other, nor mix with another channel's.",
    needs: ["shared"],
    async run({ channel, transport, peer, listen, send }) {
      const one = async (label: string) => {
        const all = await Promise.all([transport, peer].map((via) => listen(channel(label), {}, via)));
        const run = async (by: string, via: typeof peer) => {
          const ids: string[] = [];
          for (let i = 0; i < 15; i++) {
            ids.push(...(await send(channel(label), frames(1 + (i % 3), `${label} by ${by}, ${i}.`), via)));
          }
          return ids;
        };
        const publishers = await Promise.all([run("here", transport), run("there", peer)]);
        const [first, second] = all.map(({ sink }) => sink);
        for (const { sink } of all) {
          await sink.count(publishers.flat().length);
          for (const ids of publishers) {
            const own = new Set(ids);
            const came = sink.ids.filter((id) => own.has(id));
            sameList(came, ids, `What came on ${label} of one of two publishers`);
          }
        }
        sameList(
          second?.ids ?? [],
          first?.ids ?? [],
          `The ids on ${label} at one instance, against the other`,
        );
        same(
          first?.payloads.every((payload) => payload.includes(`${label} by `)),
          true,
          `Whether all are of ${label}`,
        );
      };
      await Promise.all(Array.from({ length: 10 }, (_, i) => one(`:${i}`)));
    },
  },
  {
    name: "resumes at another instance",
    why: "A page reconnects to whichever server the load balancer picks.",
    needs: ["shared", "replay"],
    async run({ channel, transport, peer, send, listen }) {
      const batch = frames(10);
      const ids = await send(channel(), batch, transport);
      const { sink } = await listen(channel(), { after: ids[3] }, peer);
      await sink.count(6);
      sameList(sink.ids, ids.slice(4), "What came after the fourth message, at another instance");
      same(sink.gaps, [], "The gaps");
    },
  },
  {
    name: "closes one instance, and leaves the other",
    why: "Servers are replaced one after the other.",
    needs: ["shared"],
    async run({ channel, transport, peer, listen, send, soon }) {
      const { sink } = await listen(channel(), {}, peer);
      await listen(channel(), {}, transport);
      await soon(transport.close(), "close() to resolve");
      const batch = frames(3);
      await send(channel(), batch, peer);
      await sink.count(3);
      sameList(sink.payloads, payloadsOf(batch), "What a subscriber of the other instance got");
      same(sink.errors, [], "Its errors");
    },
  },
];
