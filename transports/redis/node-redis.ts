/** Clients of `redis` (node-redis). */
import type { Connection, Line, LineEvents } from "./clients.js";
import { type Listeners, onAny, runBy } from "./running.js";

/** What is used of a client of `redis` 4, 5 or 6: `createClient(…)` or `createCluster(…)`. */
export interface NodeRedisClient extends Listeners {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

/** What is used of a connection to one server. */
interface Single extends NodeRedisClient {
  readonly isOpen: boolean;
  readonly options?: { readonly socket?: object } | undefined;
  duplicate(options: Record<string, unknown>): Single;
  connect(): Promise<unknown>;
  subscribe(names: readonly string[], listener: Listener): Promise<unknown>;
  unsubscribe(names: readonly string[], listener: Listener): Promise<unknown>;
  ping(): Promise<unknown>;
  /** Since version 5. */
  destroy?(): void;
  /** In version 4. */
  disconnect?(): Promise<unknown>;
}

type Listener = (text: string, name: string) => void;

interface Cluster extends NodeRedisClient {
  readonly masters: readonly object[];
  nodeClient(node: object): Single | Promise<Single>;
}

const isCluster = (client: NodeRedisClient): client is Cluster =>
  typeof (client as Partial<Cluster>).nodeClient === "function";

export function nodeRedis(client: NodeRedisClient): Connection {
  return {
    run(script, keys, args) {
      const options = { keys: [...keys], arguments: [...args] };
      return runBy(
        script,
        (sha) => client.evalSha(sha, options),
        (text) => client.eval(text, options),
      );
    },
    listen: async (events, signal) => openLine(await nodeOf(client), events, signal),
    // Of a cluster it is "disconnect".
    onEnd: (callback) => onAny(client, ["end", "terminated", "disconnect"], callback),
  };
}

/** In a cluster every server is told what is published at any of them, so any will do. */
async function nodeOf(client: NodeRedisClient): Promise<Single> {
  if (!isCluster(client)) return client as Single;
  const { masters } = client;
  const node = masters[Math.floor(Math.random() * masters.length)];
  if (!node) throw new Error("The cluster has no node that is known: call connect() on the client first.");
  return client.nodeClient(node);
}

async function openLine(client: Single, { message, lost }: LineEvents, signal: AbortSignal): Promise<Line> {
  signal.throwIfAborted();
  const own = client.duplicate({
    // It is opened anew where it is lost, so it must neither reconnect nor keep commands for then.
    socket: { ...client.options?.socket, reconnectStrategy: false },
    disableOfflineQueue: true,
    // It is pinged by who holds it, which also asks for the answer.
    pingInterval: 0,
  });
  // Without a listener, an error would end the process.
  for (const event of ["error", "end", "terminated"]) {
    own.on(event, (error) => lost(error ?? new Error("The connection is closed.")));
  }
  const close = () => {
    // Version 5 throws where it is closed already.
    if (!own.isOpen) return;
    if (own.destroy) own.destroy();
    // Rejects where it is closed already, which is all that is wanted.
    else own.disconnect?.().catch(() => {});
  };
  signal.addEventListener("abort", close);
  try {
    await own.connect();
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
  const listener: Listener = (text, name) => message(name, text);
  return {
    subscribe: (names) => own.subscribe(names, listener),
    // Without the listener, a name that is subscribed again meanwhile would be lost.
    unsubscribe: (names) => own.unsubscribe(names, listener),
    ping: () => own.ping(),
    close,
  };
}
