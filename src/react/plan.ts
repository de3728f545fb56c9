/** What a component asks for: its options over those of the Provider, and what tells who asks for the same. */
import type { AnyMessage } from "../message.js";
import type { AnySchema } from "../schema.js";
import type { Cache } from "./shared.js";
import type { HookOptions } from "./types.js";

/** The options of a hook as they come, its types aside. */
export interface Given extends HookOptions<AnyMessage, unknown> {
  readonly channel?: GivenChannel | string | null | undefined;
  readonly topics?: readonly string[] | undefined;
  readonly token?: unknown;
  readonly validate?: boolean | undefined;
}

/** A channel, as data. */
export interface GivenChannel {
  readonly name: string;
  readonly topics: readonly string[];
  readonly "~channel"?: ReadonlyMap<string, AnySchema>;
}

/** What a hook finds around it. */
export interface Surroundings {
  /** Options for all hooks within. */
  readonly defaults: Given;
  /** Where the stores are that they share. */
  readonly cache: Cache;
  readonly token?: ((wanted: Wanted) => unknown) | undefined;
}

/** What a token is for. */
export interface Wanted {
  readonly channel: string;
  readonly topics: readonly string[];
}

/** What a component asks for. */
export interface Plan {
  /** Who asks for the same has the same; unset while there is nothing to ask for. */
  readonly id: string | undefined;
  readonly cache: Cache;
  readonly channel: GivenChannel | undefined;
  readonly topics: readonly string[];
  readonly options: Given;
  /** A token, or what fetches one; unset where nobody gave either. */
  readonly token: unknown;
}

/** What a connection depends on, by value: of a function whether there is one, and not whether an array is the one of before. */
const SETTINGS = (
  "key channel topics validate historyLimit bufferInterval reconnect reconnectMinMs reconnectMaxMs " +
  "pauseOnHidden autoCloseOnTerminal url apiBaseUrl wires token getRunStatus"
).split(" ");

/** Stores of clients that were given, rather than found. */
const cachesOf = new WeakMap<object, Cache>();

/** What was given, over the defaults: save what was left out, or is as good as that. */
export function over<T extends object>(defaults: T, given: T): T {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}

export function planFor(given: Given, { defaults, cache, token: fetchToken }: Surroundings): Plan {
  const options = over(defaults, given);
  const { token = fetchToken && (() => fetchToken({ channel: channel?.name ?? "", topics })) } = options;
  const channel = channelOf(options);
  const topics = [...new Set(options.topics ?? channel?.topics)].sort();
  const wires = options.wires?.map(({ name }) => name);
  // Who has none isn't to end with those that have one.
  const getRunStatus = typeof options.getRunStatus;
  return {
    id:
      channel &&
      JSON.stringify(
        { ...options, channel: channel.name, topics, wires, token: typeof token, getRunStatus },
        SETTINGS,
      ),
    cache: given.client ? cacheOf(given.client) : cache,
    channel,
    topics,
    options,
    token,
  };
}

/** Of a name there is nothing more to know; where there is no channel, a token that is at hand says which. */
function channelOf({ channel, token, topics = [] }: Given): GivenChannel | undefined {
  if (typeof channel === "string") return { name: channel, topics };
  if (channel !== undefined) return channel ?? undefined;
  const { channel: name, topics: all } = Object(token) as { channel?: unknown; topics?: readonly string[] };
  return typeof name === "string" ? { name, topics: all ?? topics } : undefined;
}

function cacheOf(client: object): Cache {
  const cache: Cache = cachesOf.get(client) ?? new Map();
  cachesOf.set(client, cache);
  return cache;
}
