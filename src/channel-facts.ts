/** What the type of a channel, or of a definition, says: its name and its topics. */

// biome-ignore-start lint/suspicious/noExplicitAny: "a channel of whatever topics"; a narrower bound would be invariant.
/** Any channel. */
export type AnyChannel = { readonly "~channel": { readonly name: string; readonly map: any } };

/** Any definition that has yet to be called. */
export type AnyDef = { readonly "~def": { readonly name: string; readonly map: any } };
// biome-ignore-end lint/suspicious/noExplicitAny: as above

// A definition first: it has a "~channel" too, which says that it is none. What came as `any` has any topics, not none.
type FactsOf<C> = 0 extends 1 & C
  ? AnyChannel["~channel"]
  : C extends { readonly "~def": infer F }
    ? F
    : C extends { readonly "~channel": infer F }
      ? F
      : never;

/** The type of its name. */
export type NameOf<C> = FactsOf<C>["name" & keyof FactsOf<C>] & string;

/** Its topics: a `TopicMap`. */
export type MapOf<C> = FactsOf<C>["map" & keyof FactsOf<C>];
