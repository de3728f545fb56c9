/** The plain JSON form of a payload, as a type. `codec.ts` produces it. */

/** What the default codec makes of `T`, for readers that know nothing but JSON. */
export type WireOf<T> = T extends Date | URL | bigint | Uint8Array
  ? string
  : T extends string | boolean | null
    ? T
    : T extends number
      ? // NaN and the infinities travel as null; a literal number is none of them.
        number extends T
        ? number | null
        : T
      : T extends undefined
        ? never
        : T extends ReadonlyMap<infer K, infer V>
          ? [WireOf<K>, WireOf<V>][]
          : T extends ReadonlySet<infer V>
            ? WireOf<V>[]
            : T extends { toJSON(): infer J }
              ? WireOf<J>
              : { [K in keyof T]: WireOf<T[K]> };
