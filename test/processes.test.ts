/** Several gateway processes on one broker, and a publisher elsewhere: a client gets the same wherever it is connected. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Broker, type BrokerKind, lacking, startBroker } from "./faults/brokers.js";
import type { VariantName } from "./faults/variants.js";
import { type Cluster, type Heard, startCluster } from "./support/cluster.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = 60_000;

const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
const untilHeard = (heard: Heard, number: number) =>
  vi.waitFor(() => expect(heard.numbers.at(-1)).toBeGreaterThanOrEqual(number), PATIENCE);

const transports: [VariantName, BrokerKind][] = [
  ["redis/ioredis", "redis"],
  ["redis/node-redis", "redis"],
  ["nats", "nats"],
  ["postgres/pg", "postgres"],
  ["postgres/postgres.js", "postgres"],
];

describe.each(transports)("on %s", (variant, kind) => {
  const why = lacking(kind);
  describe.skipIf(why !== undefined)(why ?? "two gateways", () => {
    let broker: Broker;
    let cluster: Cluster;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), "halyard-processes-"));
      broker = await startBroker(kind);
    });
    beforeEach(async () => {
      cluster = await startCluster(variant, broker, folder);
    });
    afterEach(() => cluster?.close());
    afterAll(async () => {
      await broker?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(["websocket", "sse"] as const)(
      "a client that moves between them in mid-stream gets every message once, in order, over %s",
      async (wire) => {
        const mover = await cluster.subscribe({ gateway: 0, wire });
        const other = await cluster.subscribe({ gateway: 1 });
        let published = 0;
        for (const gateway of [1, 0, 1]) {
          await cluster.publish(100);
          published += 100;
          // In the middle of what is on its way.
          const sending = cluster.publish(100);
          mover.line.lead(cluster.portOf(gateway));
          mover.line.cut("reset");
          await sending;
          published += 100;
          await untilHeard(mover.heard, published);
        }
        await untilHeard(other.heard, published);
        for (const { heard } of [mover, other]) {
          expect(heard.numbers).toEqual(upTo(published));
          expect(heard.gaps).toEqual([]);
        }
        expect(
          mover.heard.statuses.filter((status) => status === "reconnecting").length,
        ).toBeGreaterThanOrEqual(3);
      },
    );

    test("where its gateway is killed, a client goes on at the other one without a loss", async () => {
      const { heard, line } = await cluster.subscribe({ gateway: 0 });
      await cluster.publish(50);
      await untilHeard(heard, 1);
      const sending = cluster.publish(200);
      await cluster.gateways[0]?.kill();
      line.lead(cluster.portOf(1));
      await sending;
      await cluster.publish(50);
      await untilHeard(heard, 300);
      expect(heard.numbers).toEqual(upTo(300));
      expect(heard.gaps).toEqual([]);
    });

    test("a subject that is revoked at one is refused at the other", async () => {
      const revoked = await cluster.subscribe({ gateway: 1, subject: "mallory", isFixed: true });
      const other = await cluster.subscribe({ gateway: 1, subject: "alice", isFixed: true });
      await cluster.publish(10);
      await untilHeard(revoked.heard, 10);
      await cluster.revoke(0, "mallory");
      await vi.waitFor(() => expect(revoked.heard.statuses.at(-1)).toBe("closed"), PATIENCE);
      expect(revoked.heard.errors).toEqual(["TOKEN_REVOKED"]);
      await cluster.publish(10);
      await untilHeard(other.heard, 20);
      expect(other.heard.numbers).toEqual(upTo(20));
      expect(revoked.heard.numbers).toEqual(upTo(10));
    });
  });
});
