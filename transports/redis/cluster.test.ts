import { Redis } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { Recorder } from "../conformance/recorder.js";
import { numbersOf, open, PATIENCE, until } from "./clients.test-support.js";
import { type Cluster, startCluster } from "./cluster.test-support.js";
import { redis } from "./index.js";
import { namesOf } from "./names.js";
import { keep } from "./opened.test-support.js";

/** Opens clients of the whole cluster, given one of its nodes. */
const clusterKinds = [
  {
    name: "ioredis",
    async client(url: string) {
      const { hostname: host, port } = new URL(url);
      const client = new Redis.Cluster([{ host, port: Number(port) }], {
        clusterRetryStrategy: () => 50,
        retryDelayOnFailover: 50,
        slotsRefreshInterval: 200,
      });
      client.on("error", () => {});
      return { client, end: () => client.disconnect() };
    },
  },
  {
    name: "node-redis",
    async client(url: string) {
      const client = createCluster({ rootNodes: [{ url }] });
      client.on("error", () => {});
      await client.connect();
      return { client, end: () => client.destroy() };
    },
  },
];

describe.skipIf(!available("redis"))("a cluster", () => {
  let cluster: Cluster;
  let url = "";

  beforeAll(async () => {
    cluster = await startCluster();
    url = cluster.nodes[1]?.server.url ?? "";
  }, 60_000);

  afterAll(() => cluster.close());

  /** A channel of the node that has a replica. */
  async function channelOfFirst(prefix: string): Promise<string> {
    for (let i = 0; ; i++) {
      const slot = await cluster.nodes[0]?.admin.cluster("KEYSLOT", namesOf(prefix, `c${i}`).state);
      if (Number(slot) < 5_461) return `c${i}`;
    }
  }

  /** Makes the replica of the first node the master, or that node again. */
  async function takeOver(): Promise<void> {
    const pair = [cluster.nodes[0], cluster.nodes[3]];
    const says = async (i: number, words: string) =>
      (await pair[i]?.admin.info("replication"))?.includes(words) === true;
    const replica = (await says(0, "role:slave")) ? 0 : 1;
    await until("the replica to be up to date", () => says(replica, "master_link_status:up"));
    // Without a vote: nodes vote for a new master only so often.
    await pair[replica]?.admin.cluster("FAILOVER", "TAKEOVER");
    await until("it to take over", () => says(replica, "role:master"));
  }

  /** Channels of many slots, with names that could be taken for hash tags. */
  const channels = [
    ...Array.from({ length: 30 }, (_, i) => `c${i}`),
    "{a}",
    "a{b}c",
    "{}",
    "}{",
    "%7B",
    "{",
    "a}b*{ ?",
    "水",
  ];

  it("has all that belongs to a channel in one slot, and channels in many", async () => {
    const slots = new Set<number>();
    for (const prefix of ["halyard:", "", "a{b:", "x}y{", "{app}"]) {
      for (const channel of channels) {
        const names = namesOf(prefix, channel);
        const all = [
          names.state,
          names.stream,
          names.live,
          names.writer("w"),
          names.used("{k}"),
          names.used(""),
        ];
        const found = await Promise.all(all.map((name) => cluster.nodes[0]?.admin.cluster("KEYSLOT", name)));
        expect([prefix, channel, new Set(found).size]).toEqual([prefix, channel, 1]);
        if (prefix === "halyard:") slots.add(Number(found[0]));
      }
    }
    expect(slots.size).toBeGreaterThan(30);
  });

  describe.each(clusterKinds)("by $name", (kind) => {
    it("ends who listens when its client is closed", async () => {
      const { client, end } = await kind.client(url);
      const transport = redis({ client, prefix: `${kind.name} closed:` });
      const sinks = [new Recorder(PATIENCE), new Recorder(PATIENCE)];
      for (const [i, sink] of sinks.entries()) await transport.subscribe(`c${i}`, {}, sink);
      end();
      await until("them to end", async () => sinks.every(({ errors }) => errors.length > 0));
      expect(sinks.map(({ errors }) => errors.map(({ code }) => code))).toEqual([
        ["TRANSPORT_FAILED"],
        ["TRANSPORT_FAILED"],
      ]);
      await transport.close();
    });

    it("serves channels of all its nodes, over one more connection", async () => {
      const prefix = `${kind.name}:`;
      const here = keep(await open(kind, url, { prefix }));
      const there = keep(await open(kind, url, { prefix }));
      const sinks = await Promise.all(channels.map((channel) => here.listen(undefined, channel)));
      for (const via of [there, here]) {
        await Promise.all(channels.map((channel) => via.sendTo(channel, 1, 2)));
      }
      for (const sink of sinks) await sink.count(4);
      expect(sinks.map(numbersOf)).toEqual(sinks.map(() => [1, 2, 1, 2]));
      expect(sinks.flatMap(({ gaps }) => gaps)).toEqual([]);
      const lists = await Promise.all(
        cluster.nodes.map(({ admin }) => admin.client("LIST") as Promise<string>),
      );
      const listening = lists
        .join("\n")
        .split("\n")
        .filter((line) => / s?sub=[1-9]/.test(line));
      expect(listening.length).toBe(1);
    });

    it("tells of a replica that took over", async () => {
      const prefix = `${kind.name}:`;
      const one = keep(await open(kind, url, { prefix }));
      const channel = await channelOfFirst(prefix);
      const sink = await one.listen(undefined, channel);
      const [first = ""] = await one.sendTo(channel, 1, 2);
      await sink.count(2);
      await takeOver();
      await until("a publish", () =>
        one.sendTo(channel, 3).then(
          () => true,
          () => false,
        ),
      );
      await sink.until("the next message", () => numbersOf(sink).includes(3));
      expect(sink.gaps).toMatchObject([{ reason: "epoch", at: 2 }]);
      const page = await one.transport.history(channel, { after: first, limit: 10 });
      expect(page.gap?.reason).toBe("epoch");
      // What the replica didn't have yet is lost, which is what the gap says.
      expect(page.deliveries.at(-1)?.frame.payload).toContain('"data":3');
    });
  });
});
