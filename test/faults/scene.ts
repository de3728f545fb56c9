/** What a round takes place in: processes, lines between them, clients; all of it to be broken. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Broker } from "./brokers.js";
import { roomName, roomsOf } from "./channels.js";
import { Ledger, type Violation } from "./ledger.js";
import type { Plan } from "./plan.js";
import { startProxy, type TcpProxy } from "./proxy.js";
import { createPublishing, type Publishing } from "./publishing.js";
import { seeded } from "./random.js";
import { createSubscribers, type Subscribers } from "./subscribers.js";
import type { WorkerOptions } from "./worker/protocol.js";
import { createWorker, type WorkerProcess } from "./worker-process.js";

export interface SceneOptions {
  /** Where the transports keep what is theirs. */
  readonly broker: Broker | undefined;
  /** A folder of the round's own. */
  readonly folder: string;
  /** What the channels' names begin with: another one for each round. */
  readonly prefix: string;
  readonly isSabotaged?: boolean | undefined;
}

export interface Scene {
  readonly plan: Plan;
  readonly broker: Broker | undefined;
  readonly ledger: Ledger;
  readonly publishing: Publishing;
  readonly subscribers: Subscribers;
  /** The gateways, then the publishers. */
  readonly processes: readonly WorkerProcess[];
  /** From each process to the broker, in the same order; none where there is no broker. */
  readonly brokerLines: readonly TcpProxy[];
  /** From each client to its gateway. */
  readonly clientLines: readonly TcpProxy[];
  /** What went wrong with processes. */
  readonly problems: Violation[];
  /** By code, what processes' `onError` and their clients' `error` events said. */
  readonly errors: ReadonlyMap<string, number>;
  /** The last of what they said, by code and process. */
  readonly said: ReadonlyMap<string, string>;
  /** New connections of this client go to this gateway. */
  lead(client: number, gateway: number): void;
  /** Ends everything, in order. */
  close(): Promise<void>;
}

/** How long a process may take to close all that it has, in milliseconds. */
const PATIENCE = 20_000;

export async function setScene(plan: Plan, options: SceneOptions): Promise<Scene> {
  const { broker, folder, prefix } = options;
  const random = seeded(plan.seed).fork("lines");
  const secret = `a secret of at least thirty-two characters, ${plan.seed}`;
  const problems: Violation[] = [];
  const errors = new Map<string, number>();
  const said = new Map<string, string>();
  const ledger = new Ledger();
  const count = plan.gateways + (broker ? plan.publishers : 0);
  mkdirSync(folder, { recursive: true });

  const lineTo = (target: number, name: string) => startProxy({ target, random: random.fork(name) });
  const indexes = Array.from({ length: count }, (_, i) => i);
  const brokerLines = await Promise.all(broker ? indexes.map((i) => lineTo(broker.port, `broker ${i}`)) : []);
  // Led to a gateway as soon as that has a port.
  const clientLines = await Promise.all(plan.clients.map((_, i) => lineTo(1, `client ${i}`)));
  const gatewayOf = plan.clients.map(({ gateway }) => gateway);
  const ports: number[] = [];
  /** What each process does while it closes. */
  const steps: string[] = [];

  const processes = indexes.map((i) => {
    const isGateway = i < plan.gateways;
    const publisher = broker ? i - plan.gateways : i;
    const name = isGateway ? `gateway ${i}` : `publisher ${publisher}`;
    const started: WorkerOptions = {
      role: isGateway ? "gateway" : "publisher",
      variant: plan.variant.name,
      brokerPort: brokerLines[i]?.port ?? 0,
      folder: path.join(folder, "data"),
      secret,
      prefix,
      history: plan.history,
      isSabotaged: isGateway && options.isSabotaged === true,
    };
    return createWorker(started, {
      ready(port) {
        ports[i] = port;
        for (const [client, gateway] of gatewayOf.entries())
          if (gateway === i) clientLines[client]?.lead(port);
      },
      report(report) {
        if (report.type === "closing") steps[i] = report.step;
        else if (report.type === "error") {
          errors.set(report.code, (errors.get(report.code) ?? 0) + 1);
          said.set(`${name}: ${report.code}`, report.message);
        } else publishing.report(report);
      },
      gone(isExpected, output) {
        if (publisher >= 0) publishing.died(publisher);
        if (!isExpected)
          problems.push({ kind: "process", at: name, what: `it died by itself: ${output.trim()}` });
      },
    });
  });
  const publishers = broker ? processes.slice(plan.gateways) : processes;
  const nameOf = (channel: number) => roomsOf(prefix)({ room: roomName(channel) }).name;
  const publishing = createPublishing(ledger, publishers, nameOf);
  const subscribers = createSubscribers({
    clients: plan.clients,
    ports: clientLines.map(({ port }) => port),
    secret,
    prefix,
    ledger,
    random: random.fork("subscribers"),
  });

  const scene: Scene = {
    plan,
    broker,
    ledger,
    publishing,
    subscribers,
    processes,
    brokerLines,
    clientLines,
    problems,
    errors,
    said,
    lead(client, gateway) {
      gatewayOf[client] = gateway;
      const port = ports[gateway];
      if (port !== undefined) clientLines[client]?.lead(port);
    },
    async close() {
      publishing.stop();
      subscribers.close();
      await Promise.all(
        processes.map(async (process, i) => {
          if (!process.isUp) return process.kill();
          const isInTime = await process.stop(PATIENCE);
          const what = `it was closed, and didn't end: it waits for ${steps[i]}`;
          if (!isInTime) problems.push({ kind: "process", at: `process ${i}`, what });
        }),
      );
      await Promise.all([...brokerLines, ...clientLines].map((line) => line.close()));
    },
  };
  try {
    await Promise.all(processes.map((process) => process.start()));
  } catch (error) {
    await scene.close();
    throw error;
  }
  return scene;
}
