/** `registry`: the channels of an app, found by name. */
import type { Channel } from "./channel.js";
import type { AnyChannel, AnyDef, MapOf, NameOf } from "./channel-facts.js";
import { RealtimeError, refuse } from "./errors.js";
import type { Pattern } from "./name.js";
import { namesOverlap, type Place, placesOf } from "./name-overlap.js";
import type { Refused } from "./refused.js";

/** What `registry` takes: literal and pattern channels, by a name of your choice. */
export type RegistryEntries = {
  readonly [entry: string]:
    | (AnyChannel & { readonly name: string })
    | (AnyDef & { readonly pattern: string })
    | Refused<"A registry takes channels with a literal name or a pattern: a function's names can't be read back.">;
};

/** The entries by the type of their names. Where two have names of one type, or a pattern gives the other's, the lookup gives no single entry. */
type ByName<R> = { readonly [E in keyof R as NameOf<R[E]>]: E };
type NamesOfPatterns<R> = { [E in keyof R]: R[E] extends AnyDef ? NameOf<R[E]> : never }[keyof R];

/** Puts a sentence where a pattern gives another channel's names. Where two merely meet, `registry` throws. */
export type CheckEntries<R, B = ByName<R>, P = NamesOfPatterns<R>> = {
  readonly [E in keyof R]: R[E] extends AnyDef
    ? [E, B[NameOf<R[E]> & keyof B]] extends [B[NameOf<R[E]> & keyof B], E]
      ? unknown
      : Refused<"Two channels of this registry can have one name: rename one.">
    : [NameOf<R[E]> extends P ? true : E, B[NameOf<R[E]> & keyof B]] extends [E, E]
      ? unknown
      : Refused<"Two channels of this registry can have one name: rename one.">;
};

/** What a registry, given its type, was made of. */
export type EntriesOf<R> = R extends { readonly channels: infer E } ? E : never;

type ParamsIn<C> = C extends { readonly $params: infer P } ? P : Readonly<Record<never, never>>;

/** The channel that a name of type `N` belongs to; for a `string`, any of them. */
export type ChannelNamed<R, N extends string> = {
  [E in keyof R]: N extends NameOf<R[E]>
    ? Channel<N, MapOf<R[E]>>
    : NameOf<R[E]> extends N
      ? Channel<NameOf<R[E]>, MapOf<R[E]>>
      : never;
}[keyof R];

/** Puts a sentence in the place of a name that no channel has. */
export type KnownName<R, N extends string> = [ChannelNamed<R, N>] extends [never]
  ? Refused<"No channel of this registry has this name.">
  : N;

/** What {@link Registry.match} finds: a union that narrows by `entry`. */
export type RegistryMatch<R> = {
  [E in keyof R]: {
    /** Its key in the registry. */
    readonly entry: E;
    readonly channel: Channel<NameOf<R[E]>, MapOf<R[E]>>;
    /** Empty for a literal name. */
    readonly params: ParamsIn<R[E]>;
    readonly topics: readonly (keyof MapOf<R[E]> & string)[];
  };
}[keyof R];

/** The channels of an app. */
export interface Registry<R> {
  readonly channels: R;
  /** The channel of that name. Throws `UNKNOWN_CHANNEL`. */
  channel<const N extends string>(name: N & KnownName<R, N>): ChannelNamed<R, N>;
  /** The channel of that name with its params, or `undefined` where there is none. */
  match(name: string): RegistryMatch<R> | undefined;
}

/** A {@link Registry} of whatever channels. */
export type AnyRegistry = Registry<RegistryEntries>;

/**
 * Gathers channels, so that one can be found by its name at run time: for a token endpoint, or a router.
 * Throws `INVALID_REGISTRY` where the names of two channels could be one, or are of one type, or where a name is a function (it can't be read back).
 *
 * @example
 * ```ts
 * const channels = registry({ pipeline, chat });
 * channels.match("pipeline:42"); // { entry: "pipeline", params: { runId: "42" }, … }
 * ```
 */
export function registry<const R extends RegistryEntries>(channels: R & CheckEntries<R>): Registry<R> {
  const entries = Object.entries(channels).map(([entry, given]) => toEntry(entry, given));
  entries.forEach((a, i) => {
    const b = entries.slice(0, i).find((other) => namesOverlap(a.places, other.places));
    if (b)
      throw invalid(
        `"${b.entry}" (${b.pattern}) and "${a.entry}" (${a.pattern}) can have one name. Rename one`,
      );
  });

  const match = (name: string) => {
    const hit = entries.find((entry) => entry.match(name));
    if (!hit) return undefined;
    const params = hit.parse(name);
    const channel = hit.channelOf(params);
    return { entry: hit.entry, channel, params, topics: channel.topics };
  };
  const found = {
    channels: Object.freeze({ ...channels }),
    match,
    channel: (name: string) =>
      match(name)?.channel ??
      refuse(
        "UNKNOWN_CHANNEL",
        name,
        `no such name. Names: ${entries.map(({ pattern }) => pattern).join(", ")}`,
      ),
  };
  // The mapped types above say per entry what the loops here do for all of them.
  return Object.freeze(found) as unknown as Registry<R>;
}

const invalid = (why: string) => new RealtimeError("INVALID_REGISTRY", `Registry: ${why}.`);

interface RuntimeChannel {
  readonly topics: readonly string[];
}

interface Entry extends Pick<Pattern, "pattern" | "match" | "parse"> {
  readonly places: readonly Place[];
  readonly entry: string;
  channelOf(params: Readonly<Record<string, unknown>>): RuntimeChannel;
}

function toEntry(entry: string, given: unknown): Entry {
  const { name, pattern, "~channel": schemas } = Object(given) as Record<string, unknown>;
  if (typeof pattern === "string" && typeof given === "function") {
    // Its own `match` and `parse`: they know its params' schema.
    const parsed = given as unknown as Pattern;
    return {
      ...parsed,
      entry,
      places: placesOf(parsed),
      channelOf: given as unknown as Entry["channelOf"],
    };
  }
  if (typeof name !== "string" || !schemas) {
    throw invalid(`"${entry}" needs a channel with a literal name or a pattern, such as "run:{id}"`);
  }
  return {
    entry,
    pattern: name,
    places: placesOf({ pattern: name }),
    match: (other) => other === name,
    parse: () => ({}),
    channelOf: () => given as RuntimeChannel,
  };
}
