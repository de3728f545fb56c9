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

// Whether two names overlap is asked of those alone that begin alike: to compare each with each, hundreds are too many.
// The "^" is there for a pattern that begins with a param: its key would be any string, which hides behind the others.
type HeadOf<C> = C extends { readonly pattern: `${infer Head}{${string}` } ? Head : never;
type PatternsOf<R> = {
  readonly [E in keyof R as R[E] extends AnyDef ? `^${HeadOf<R[E]>}${string}` : never]: {
    readonly [K in E]: unknown;
  };
};
type SinglesOf<R> = {
  readonly [E in keyof R as R[E] extends AnyDef ? never : NameOf<R[E]>]: { readonly [K in E]: unknown };
};
/** The entries that begin as `N` does. */
type Alike<B, N> = N extends keyof B
  ? B[N] extends infer V
    ? V extends unknown
      ? keyof V
      : never
    : never
  : never;

/** Puts a sentence where a pattern gives another channel's names. Where two merely meet, `registry` throws. */
export type CheckEntries<R, P = PatternsOf<R>, S = SinglesOf<R>> = {
  readonly [E in keyof R]: [string extends E ? true : NameOf<R[E]>] extends [
    NameOf<
      R[Exclude<
        R[E] extends AnyDef
          ? Alike<P, `^${HeadOf<R[E]>}`>
          : Alike<P, `^${NameOf<R[E]>}`> | Alike<S, NameOf<R[E]>>,
        E
      > &
        keyof R]
    >,
  ]
    ? Refused<"Two channels of this registry can have one name: rename one.">
    : unknown;
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
