/** Gateways and a publisher, each a process of its own, on one broker; and lines to them that lead where a test wants. */
import { createClient, sse, webSocket } from "halyard/client";
import { createRealtime } from "halyard/server";
import { WebSocket } from "ws";
import type { Broker } from "../faults/brokers.js";
import { type Payload, roomName, roomsOf } from "../faults/channels.js";
import { startProxy, type TcpProxy } from "../faults/proxy.js";
import type { VariantName } from "../faults/variants.js";
import type { WorkerOptions } from "../faults/worker/protocol.js";
import { createWorker, type WorkerProcess } from "../faults/worker-process.js";

/** What a subscriber was told. */
export interface Heard {
  readonly numbers: number[];
  readonly gaps: string[];
  readonly statuses: string[];
  readonly errors: string[];
}

export interface Cluster {
  /** Two of them. */
  readonly gateways: readonly WorkerProcess[];
  /** The port of a gateway, which changes when it is started again. */
  portOf(gateway: number): number;
  /** Publishes the next numbers to the channel, all in one turn. Resolves when they are stored. */
  publish(count: number): Promise<void>;
  /** Revokes what was issued to a subject, at this gateway. */
  revoke(gateway: number, subject: string): Promise<void>;
  /** A client on a line of its own, which leads to this gateway. Resolves when it is subscribed. */
  subscribe(options: SubscribeOptions): Promise<{ heard: Heard; line: TcpProxy }>;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  readonly gateway: number;
  readonly wire?: "websocket" | "sse" | undefined;
  readonly subject?: string | undefined;
  /** Gives the same token again and again, instead of a fresh one. */
  readonly isFixed?: boolean | undefined;
}

let clusters = 0;

export async function startCluster(variant: VariantName, broker: Broker, folder: string): Promise<Cluster> {
  const prefix = `cluster-${process.pid}-${++clusters}`;
  const secret = "a secret of at least thirty-two characters";
  const tokens = createRealtime({ secret });
  const channel = roomsOf(prefix)({ room: roomName(0) });
  const ports: number[] = [];
  const calls = new Map<number, { resolve(id: string): void; reject(error: Error): void }>();
  const revoking = new Map<string, () => void>();
  const endings: (() => unknown)[] = [];
  let last = 0;

  const common = {
    variant,
    brokerPort: broker.port,
    folder,
    secret,
    prefix,
    history: 10_000,
    isSabotaged: false,
  };
  const workers = (["gateway", "gateway", "publisher"] as const).map((role, i) => {
    const options: WorkerOptions = { ...common, role };
    return createWorker(options, {
      ready(port) {
        ports[i] = port;
      },
      report(report) {
        if (report.type === "revoked") revoking.get(report.subject)?.();
        if (report.type === "done") calls.get(report.call)?.resolve(report.id);
        if (report.type === "failed") calls.get(report.call)?.reject(new Error(report.message));
      },
      gone() {},
    });
  });
  await Promise.all(workers.map((worker) => worker.start()));
  const [publisher] = workers.slice(2);

  return {
    gateways: workers.slice(0, 2),
    portOf: (gateway) => ports[gateway] ?? 0,
    async publish(count) {
      const numbers = Array.from({ length: count }, () => ++last);
      const stored = numbers.map(
        (call) => new Promise<string>((resolve, reject) => calls.set(call, { resolve, reject })),
      );
      const topic = "tick" as const;
      publisher?.send({
        type: "publish",
        calls: numbers.map((n) => ({ call: n, n, channel: 0, topic, size: 0 })),
      });
      await Promise.all(stored);
    },
    async revoke(gateway, subject) {
      const done = new Promise<void>((resolve) => revoking.set(subject, resolve));
      workers[gateway]?.send({ type: "revoke", subject });
      await done;
    },
    async subscribe({ gateway, wire = "websocket", subject = "somebody", isFixed = false }) {
      const line = await startProxy({ target: ports[gateway] ?? 0 });
      const heard: Heard = { numbers: [], gaps: [], statuses: [], errors: [] };
      const client = createClient({
        url: `http://127.0.0.1:${line.port}/api/realtime`,
        wires: [wire === "sse" ? sse() : webSocket({ WebSocket })],
      });
      endings.push(
        () => client.close(),
        () => line.close(),
      );
      const issue = () => tokens.token({ channel, topics: ["tick"], subject });
      await client.subscribe({
        channel,
        topics: ["tick"],
        token: isFixed ? await issue() : issue,
        onMessage: ({ data }: { data: Payload }) => void heard.numbers.push(data.n),
        onGap: ({ reason }) => void heard.gaps.push(reason),
        onStatus: (status) => void heard.statuses.push(status),
        onError: ({ code }) => void heard.errors.push(code),
      });
      return { heard, line };
    },
    async close() {
      for (const end of endings) await end();
      await Promise.all(workers.map((worker) => (worker.isUp ? worker.stop(20_000) : worker.kill())));
      await tokens.close();
    },
  };
}
