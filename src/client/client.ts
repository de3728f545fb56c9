/** Clients, and `subscribe`. */
import { webSocket } from "../../transports/websocket/index.js";
import type { AnyMessage } from "../message.js";
import type { Subscription } from "../subscription.js";
import type { Wire } from "../wire.js";
import { closedClient, openFeed } from "./feed.js";
import { createLine, type Line } from "./line.js";
import { checkOptions, type Plan } from "./options.js";
import type { Subscribe } from "./types.js";
import { resolveUrl } from "./url.js";

export interface ClientOptions {
  /** The gateway: absolute, or a path on the page's origin. Default: each token's `url`, else `/api/realtime`. */
  readonly url?: string | undefined;
  /** How to reach the gateway. Default `webSocket()`. */
  readonly wire?: Wire | undefined;
  /** Spreads reconnecting clients over time: numbers from 0 to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Subscriptions of one client that go to the same gateway share one connection. */
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
export function createClient({ url, wire = webSocket(), random = Math.random }: ClientOptions = {}): Client {
  const lines = new Set<Line>();
  const endings = new Set<() => void>();
  let isClosed = false;

  function lineFor(plan: Plan, tokenUrl: string | undefined): Line {
    const address = resolveUrl(plan.url ?? url ?? tokenUrl ?? "/api/realtime");
    const way = plan.wire ?? wire;
    for (const line of lines) if (line.url === address && line.wire === way) return line;
    const line = createLine(way, address, random, () => lines.delete(line));
    lines.add(line);
    return line;
  }

  async function open(input: unknown): Promise<Subscription<AnyMessage>> {
    if (isClosed) throw closedClient();
    return openFeed(checkOptions(input), { random, endings, lineFor });
  }

  return {
    // The overloads say what the token and the channel make of it; here they are data.
    subscribe: open as Subscribe,
    close() {
      isClosed = true;
      for (const end of endings) end();
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
 * `TOKEN_EXPIRED` (a token that isn't a function), `MISSING_PEER`, `PROTOCOL_VERSION`, what the gateway refused with,
 * or the signal's reason.
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
}) as Subscribe;
