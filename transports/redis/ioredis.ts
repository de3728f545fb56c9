/** Clients of `ioredis`. */
import type { Connection, Line, LineEvents } from "./clients.js";
import { type Listeners, onAny, runBy } from "./running.js";

/** What is used of a client of `ioredis` 5 or 6: `new Redis(…)` or `new Redis.Cluster(…)`. */
export interface IoRedisClient extends Listeners {
  readonly status: string;
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

/** What is used of a connection to one server. */
interface Single extends IoRedisClient {
  duplicate(options: Record<string, unknown>): Single;
  connect(): Promise<void>;
  subscribe(...names: string[]): Promise<unknown>;
  unsubscribe(...names: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  disconnect(): void;
}

interface Cluster extends IoRedisClient {
  nodes(role: "master"): Single[];
}

const isCluster = (client: IoRedisClient): client is Cluster =>
  typeof (client as Partial<Cluster>).nodes === "function";

export function ioRedis(client: IoRedisClient): Connection {
  return {
    run: (script, keys, args) =>
      runBy(
        script,
        (sha) => client.evalsha(sha, keys.length, ...keys, ...args),
        (text) => client.eval(text, keys.length, ...keys, ...args),
      ),
    listen: (events, signal) => openLine(nodeOf(client), events, signal),
    onEnd: (callback) => onAny(client, ["end"], callback),
  };
}

/** In a cluster every server is told what is published at any of them, so any will do. */
function nodeOf(client: IoRedisClient): Single {
  if (!isCluster(client)) return client as Single;
  const nodes = client.nodes("master");
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  if (!node) throw new Error(`The cluster has no node that is known (status "${client.status}").`);
  return node;
}

async function openLine(client: Single, { message, lost }: LineEvents, signal: AbortSignal): Promise<Line> {
  const own = client.duplicate({
    // It is opened anew where it is lost, so it must neither reconnect nor keep commands for then.
    retryStrategy: null,
    lazyConnect: true,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    // Names are given with their prefix. And a replica, which may be chosen for reading, is behind.
    keyPrefix: "",
    readOnly: false,
  });
  let cause: unknown;
  own.on("error", (error) => {
    cause = error;
  });
  own.on("message", (name, text) => message(String(name), String(text)));
  own.on("end", () => lost(cause ?? new Error("Connection is closed.")));
  const close = () => own.disconnect();
  signal.addEventListener("abort", close);
  try {
    await own.connect();
  } catch (error) {
    close();
    // What went wrong is emitted; the rejection only says that it is closed.
    throw cause ?? error;
  } finally {
    signal.removeEventListener("abort", close);
  }
  return {
    subscribe: (names) => own.subscribe(...names),
    unsubscribe: (names) => own.unsubscribe(...names),
    ping: () => own.ping(),
    close,
  };
}
