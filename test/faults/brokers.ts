/** A broker of the harness's own: to be killed, frozen, and started again, with its data or without. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { startNats, startPostgres, startRedis } from "../../test-support/brokers/index.mjs";
import { brokers } from "../../test-support/brokers/kinds.mjs";
import { findPrograms } from "../../test-support/brokers/programs.mjs";
import type { Variant } from "./variants.js";

export type BrokerKind = NonNullable<Variant["broker"]>;

export interface Broker {
  readonly port: number;
  /** It crashes. What it has written stays. */
  kill(): Promise<void>;
  /** Its data is gone, as of a server without persistence. It must be down. */
  wipe(): Promise<void>;
  /** Starts it again, at the same port. */
  start(): Promise<void>;
  /** It stands still, all its processes, with every connection open. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Which broker isn't installed here, and how to get it. */
export const lacking = (kind: BrokerKind): string | undefined =>
  findPrograms(brokers[kind].programs)
    ? undefined
    : `${brokers[kind].title} isn't installed; \`npm run setup\` installs it`;

export async function startBroker(kind: BrokerKind): Promise<Broker> {
  const server = await (kind === "redis"
    ? startRedis({ args: ["--appendonly", "yes"] })
    : kind === "nats"
      ? startNats()
      : startPostgres());
  const { port, folder } = server;
  let frozen: number[] = [];
  const signal = (pids: readonly number[], name: NodeJS.Signals) => {
    // One that has just ended needs none.
    for (const pid of pids) if (parentOf(pid) !== undefined) process.kill(pid, name);
  };
  const thaw = () => {
    signal(frozen, "SIGCONT");
    frozen = [];
  };
  // What stands still can't be ended.
  process.once("exit", thaw);
  return {
    port,
    kill: () => server.kill(),
    async wipe() {
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
    },
    start: () => server.restart(),
    freeze() {
      frozen = familyOf(server.pid);
      signal(frozen, "SIGSTOP");
    },
    thaw,
    async stop() {
      process.off("exit", thaw);
      thaw();
      await server.stop();
    },
  };
}

/** Whose child a process is, in Linux's words; `undefined` where it is no more. */
function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}

/** A process and its children: PostgreSQL has one for each connection. */
function familyOf(pid: number): number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return [pid, ...all.filter((other) => parentOf(other) === pid)];
}
