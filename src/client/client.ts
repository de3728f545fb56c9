/** Clients, and `subscribe`. */
import { sse } from "../../transports/sse/index.js";
import { webSocket } from "../../transports/websocket/index.js";
import type { AnyMessage } from "../message.js";
import type { Subscription } from "../subscription.js";
import type { PlainToken } from "../token.js";
import type { Wire } from "../wire.js";
import { createBackoff } from "./backoff.js";
import { closedClient, openFeed } from "./feed.js";
import { createLine, type Line } from "./line.js";
import { checkOptions, type Plan, refuse } from "./options.js";
import type { Subscribe } from "./types.js";
import { resolveUrl } from "./url.js";

export interface ClientOptions {
  /** The gateway: absolute, or a path on the page's origin. Default: each token's `url`, else `/api/realtime`. */
  readonly url?: string | undefined;
  /**
   * How to reach the gateway, best first. Default `[webSocket(), sse()]`, of which a token's `wires` says what to try. A wire over
   * which nothing comes within 10 seconds is given up for the next one.
   */
  readonly wires?: readonly Wire[] | undefined;
  /** The first pause before trying again, in milliseconds: a random part of it. It doubles with each failure. Default 250. */
  readonly reconnectMinMs?: number | undefined;
  /** The longest pause, in milliseconds. Default 30,000. */
  readonly reconnectMaxMs?: number | undefined;
  /** Spreads reconnecting clients over time: numbers from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Subscriptions of one client that go to the same gateway over the same wires share one connection. Where they want the same topics
 * of the same channel, the gateway sends each message once for all of them.
 */
export interface Client {
  readonly subscribe: Subscribe;
  /** Ends all of its subscriptions. After that, `subscribe` rejects with `CLOSED`. */
  close(): void;
}

/**
 * Makes a client of its own, with its own connections and defaults. {@link subscribe} is that of a shared one.
 *
 * @example
 * ```ts
 * const client = createClient({ url: "https://example.com/api/realtime" });
 * const subscription = await client.subscribe({ token });
 * client.close();
 * ```
 */
export function createClient(options: ClientOptions = {}): Client {
  const { url, wires, random = Math.random, reconnectMinMs, reconnectMaxMs } = options;
  const standard = [webSocket(), sse()];
  const lines = new Set<Line>();
  // The feeds that are going on: what ends each, and what wakes it.
  const feeds = new Map<() => void, () => void>();
  // Calls of token functions that are under way.
  const calls = new Map<() => unknown, Promise<unknown>>();
  let isClosed = false;

  // Also for 0 and NaN, with which it would try without a pause.
  const backoff = () => createBackoff(random, reconnectMinMs || 250, reconnectMaxMs || 30_000);

  function lineFor(plan: Plan, token: PlainToken): Line {
    const address = resolveUrl(plan.url ?? url ?? token.url ?? "/api/realtime");
    const named = [token.wires].flat().flatMap((name) => standard.filter((wire) => wire.name === name));
    const list = plan.wires ?? wires ?? (named.length ? named : standard);
    if (!list[0]?.connect) refuse("wires must list wires");
    for (const line of lines) if (line.leads(address, list)) return line;
    const line = createLine(list, address, backoff(), () => lines.delete(line));
    lines.add(line);
    return line;
  }

  function ask(source: () => unknown): Promise<unknown> {
    const call = calls.get(source) ?? (async () => source())().finally(() => calls.delete(source));
    calls.set(source, call);
    return call;
  }

  /** The network is back, or the page is, out of the back/forward cache: what there was may be dead. */
  function wake({ persisted }: { persisted?: boolean }): void {
    if (persisted === false) return;
    calls.clear();
    for (const line of lines) line.wake();
    for (const retry of feeds.values()) retry();
  }

  /** Keeps a feed for as long as it goes on, or lets go of it; and listens while there is one. */
  function track(close: () => void, retry?: () => void): void {
    if (retry && isClosed) close();
    else if (retry) feeds.set(close, retry);
    else feeds.delete(close);
    for (const type of ["online", "pageshow"]) {
      // Where there is no page and no worker, there are no such events. To add a listener twice does nothing.
      globalThis[feeds.size ? "addEventListener" : "removeEventListener"]?.(type, wake as EventListener);
    }
  }

  async function open(input: unknown): Promise<Subscription<AnyMessage>> {
    if (isClosed) throw closedClient();
    return openFeed(checkOptions(input), track, lineFor, ask, backoff());
  }

  return {
    // The overloads say what the token and the channel make of it; here they are data.
    subscribe: open as Subscribe,
    close() {
      isClosed = true;
      for (const close of feeds.keys()) close();
    },
  };
}

let shared: Client | undefined;

/**
 * Subscribes to topics of a channel. Resolves when the gateway has answered: whatever is published from then on arrives.
 * While the gateway can't be reached it tries again, with growing pauses, and tells `onStatus` and `onError`. Lost
 * connections are resumed from the last message; where something may be missing, `onGap` says so.
 *
 * Rejects with what trying again can't mend: `INVALID_OPTIONS`, `UNKNOWN_TOPIC`, `TOKEN_MALFORMED`, `TOKEN_SCOPE`,
 * `TOKEN_EXPIRED` and `TOKEN_REVOKED` (a token that isn't a function), `MISSING_PEER`, `PROTOCOL_VERSION`, `ORIGIN_REFUSED`,
 * `CONNECT_FAILED` (nothing answers at that address, or the platform refuses it), what the gateway refused with, or the
 * signal's reason.
 *
 * @example
 * ```ts
 * const subscription = await subscribe({ token: fetchToken, channel: pipeline({ runId }), topics: ["status"] });
 * for await (const message of subscription) console.log(message.data.message);
 * ```
 */
// The overloads of `Subscribe` hold for the shared client as for any.
export const subscribe = ((input: never) => {
  shared ??= createClient();
  return shared.subscribe(input);
}) as unknown as Subscribe;
