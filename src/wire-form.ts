/** The plain JSON form of a payload, as a type. `codec.ts` produces it. */

/** What the default codec makes of `T`, for readers that know nothing but JSON. */
export type WireOf<T> = unknown extends T
  ? unknown
  : // A URL travels as its toJSON(), below: to name it here would ask for the types of a browser, or of Node.
    T extends Date | bigint | Uint8Array
    ? string
    : T extends string | boolean | null | undefined
      ? T
      : T extends number
        ? // NaN and the infinities travel as null; a literal number is none of them.
          number extends T
          ? number | null
          : T
        : T extends ReadonlyMap<infer K, infer V>
          ? [WireElement<K>, WireElement<V>][]
          : T extends ReadonlySet<infer V>
            ? WireElement<V>[]
            : T extends { toJSON(...given: never[]): infer J }
              ? WireOf<J>
              : T extends readonly (infer E)[]
                ? // A tuple goes place by place. An array mustn't: one that holds arrays of itself would never end.
                  readonly E[] extends T
                  ? readonly WireElement<E>[]
                  : E[] extends T
                    ? WireElement<E>[]
                    : { [I in keyof T]: WireElement<T[I]> }
                : WireObject<T>;

/** An element that is undefined is null. */
type WireElement<T> = undefined extends T ? Exclude<WireOf<T>, undefined> | null : WireOf<T>;

/** A member that is undefined is absent. Spelled out as one object, since it is what one reads. */
type WireObject<T> = { [K in keyof T as undefined extends T[K] ? never : K]: WireOf<T[K]> } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<WireOf<T[K]>, undefined>;
} extends infer O
  ? { [K in keyof O]: O[K] }
  : never;
