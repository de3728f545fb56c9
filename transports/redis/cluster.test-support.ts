/** A cluster of a test's own: three masters, the first of them with a replica. */
import { Redis } from "ioredis";
import { freePort, type Server, startRedis } from "../brokers.test-support.js";
import { until } from "./clients.test-support.js";

export interface Cluster {
  /** Three masters, then the replica of the first. */
  readonly nodes: readonly { readonly server: Server; readonly admin: Redis }[];
  close(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const args = [
    "--cluster-enabled",
    "yes",
    "--cluster-node-timeout",
    "2000",
    "--repl-diskless-sync-delay",
    "0",
  ];
  const nodes = await Promise.all(
    [0, 1, 2, 3].map(async () => {
      // The bus has a port of its own, which must be one.
      const server = await startRedis({ args: [...args, "--cluster-port", String(await freePort())] });
      const admin = new Redis(server.url);
      admin.on("error", () => {});
      return { server, admin };
    }),
  );
  const [first, ...others] = nodes;
  if (!first) throw new Error("There are four.");
  for (const [i, { admin }] of nodes.slice(0, 3).entries()) {
    const [from, to] = [Math.floor((i * 16_384) / 3), Math.floor(((i + 1) * 16_384) / 3) - 1];
    await admin.call("CLUSTER", "ADDSLOTSRANGE", from, to);
  }
  for (const { server, admin } of others) {
    const port = await admin.config("GET", "cluster-port");
    await first.admin.call("CLUSTER", "MEET", "127.0.0.1", server.port, String((port as string[])[1]));
  }
  const says = (word: string) => async () => {
    const all = await Promise.all(nodes.map(({ admin }) => admin.cluster("INFO")));
    return all.every((info) => info.includes(word) && info.includes("cluster_known_nodes:4"));
  };
  await until("the cluster to form", says("cluster_state:ok"));
  await nodes[3]?.admin.cluster("REPLICATE", await first.admin.cluster("MYID"));
  await until(
    "the replica",
    async () => (await nodes[3]?.admin.info("replication"))?.includes("master_link_status:up") === true,
  );
  return {
    nodes,
    async close() {
      for (const { server, admin } of nodes) {
        admin.disconnect();
        await server.kill();
      }
    },
  };
}
