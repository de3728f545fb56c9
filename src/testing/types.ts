/** For tests of your channels' types. Types only: nothing here is there at run time, or loads anything. */
import type { AnyChannel, AnyDef, MapOf, NameOf } from "../channel-facts.js";
import type { InputOf, OutputOf } from "../topic.js";
import type { WireOf } from "../wire-form.js";

/**
 * `true` where two types are the same to the compiler, else `false`. It tells `any`, `unknown` and `never` from
 * everything else, `readonly` from mutable, `a?: string` from `a: string | undefined`; and also `{ a: 1 } & { b: 2 }` from
 * `{ a: 1; b: 2 }`.
 *
 * @example
 * ```ts
 * export type Cases = [Expect<Equal<Realtime.Output<typeof pipeline, "status">, { message: string }>>];
 * ```
 */
// The compiler compares the two function types by the identity of A and B, since T is known to neither. TypeScript before 6
// takes `a?: 1` for `a?: 1 | undefined` there, even under exactOptionalPropertyTypes; when it assigns, it doesn't.
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
    ? [A, B] extends [B, A]
      ? true
      : false
    : false;

/**
 * Doesn't compile unless it is given `true`, and shows what it was given instead. Export the cases, so that no setting
 * reports them as unused.
 *
 * @example
 * ```ts
 * export type Cases = [
 *   Expect<Equal<Realtime.Topics<typeof pipeline>, "status" | "tokens">>,
 *   Expect<Keeps<typeof pipeline, PipelineContract>>,
 * ];
 * ```
 */
export type Expect<T extends true> = T;

/**
 * All that the type of a channel, of a definition or of a registry promises, written out: the name, the params of a
 * definition, and for each topic what `publish` takes (`input`), what a subscriber gets (`output`) and what another language
 * reads (`wire`). Of a registry, the same for each of its channels. Hover over it, and copy what you see into {@link Keeps}.
 *
 * @example
 * ```ts
 * type Pipeline = ContractOf<typeof pipeline>;
 * // {
 * //   name: `pipeline:${string}`;
 * //   params: { readonly runId: string };
 * //   topics: { status: { input: { message: string }; output: { message: string }; wire: { message: string } } };
 * // }
 * ```
 */
export type ContractOf<C extends AnyChannel | AnyDef | RegistryLike> = C extends AnyDef
  ? { name: NameOf<C>; params: ParamsOf<C>; topics: TopicsOf<C> }
  : C extends AnyChannel
    ? { name: NameOf<C>; topics: TopicsOf<C> }
    : C extends { readonly channels: infer R }
      ? { -readonly [E in keyof R]: R[E] extends AnyChannel | AnyDef ? ContractOf<R[E]> : never }
      : never;

/**
 * `true` where a channel, a definition or a registry keeps a contract, else what differs, by topic and side. What the
 * contract leaves out isn't compared: a side, the name, the params. Where it says topics, it says all of them; so it is with
 * the channels of a registry. `never` stands for what isn't there.
 *
 * @example
 * ```ts
 * export type Cases = [
 *   Expect<
 *     Keeps<
 *       typeof pipeline,
 *       {
 *         name: `pipeline:${string}`;
 *         params: { readonly runId: string };
 *         topics: { status: { input: { message: string }; output: { message: string } } };
 *       }
 *     >
 *   >,
 * ];
 * // After the schema was changed:
 * // Type '{ "status.output": { expected: { message: string; }; actual: { text: string; }; }; … }' does not satisfy
 * // the constraint 'true'.
 * ```
 */
export type Keeps<C extends AnyChannel | AnyDef | RegistryLike, Contract extends object> =
  IsNothing<C> extends true
    ? "This channel's type is any or never: look at its import."
    : IsNothing<Contract> extends true
      ? "This contract is any or never: look at its import."
      : keyof Contract extends never
        ? "This contract says nothing: give it a name, params or topics."
        : [DriftOf<C, Contract>] extends [never]
          ? true
          : // Written out here, for the same reason as below.
            {
              [D in DriftOf<C, Contract> as D["at"]]: { expected: D["expected"]; actual: D["actual"] };
            };

/** A registry, of this copy of the package or of another. */
type RegistryLike = { readonly channels: object };

// Below, mapped types stand behind `infer`: an alias of their own would be what a hover shows, in the place of its members.
type ParamsOf<C> = C extends (...given: infer A) => unknown
  ? A extends readonly [infer P]
    ? C extends { readonly pattern: string }
      ? { [K in keyof P]: P[K] }
      : P
    : A
  : never;

type TopicsOf<C> =
  MapOf<C> extends infer M
    ? {
        -readonly [K in keyof M]: {
          input: InputOf<M[K]>;
          output: OutputOf<M[K]>;
          wire: WireOf<OutputOf<M[K]>>;
        };
      }
    : never;

// `any` and `never` satisfy every constraint: what couldn't be resolved must not pass for what was promised.
type IsNothing<T> = [T] extends [never] ? true : 0 extends 1 & T ? true : false;

type Drift = { at: string; expected: unknown; actual: unknown };

type DriftOf<C extends AnyChannel | AnyDef | RegistryLike, Contract> = Extract<
  C extends AnyChannel | AnyDef
    ? ChannelDrift<ContractOf<C>, Contract, "">
    : RegistryDrift<ContractOf<C>, Contract>,
  Drift
>;

type Compared<At extends string, Actual, Expected> =
  Equal<Actual, Expected> extends true ? never : { at: At; expected: Expected; actual: Actual };

// A topic or an entry may be called 1, which is no string to the compiler.
type Text<K> = `${K & (string | number)}`;

type Member<T, K> = K extends keyof T ? T[K] : never;

type RegistryDrift<Actual, Expected> =
  | Compared<"channels", keyof Actual, keyof Expected>
  | {
      [E in keyof Actual & keyof Expected]: ChannelDrift<Actual[E], Expected[E], `${Text<E>}.`>;
    }[keyof Actual & keyof Expected];

type ChannelDrift<Actual, Expected, Prefix extends string> = {
  [K in keyof Expected]-?: K extends "topics"
    ? TopicsDrift<Member<Actual, K>, Expected[K], Prefix>
    : Compared<`${Prefix}${Text<K>}`, Member<Actual, K>, Expected[K]>;
}[keyof Expected];

// No topic can be called "topics" or "name", so that no path means two things.
type TopicsDrift<Actual, Expected, Prefix extends string> =
  | Compared<`${Prefix}topics`, keyof Actual, keyof Expected>
  | {
      [K in keyof Actual & keyof Expected]: SidesDrift<Actual[K], Expected[K], `${Prefix}${Text<K>}.`>;
    }[keyof Actual & keyof Expected];

type SidesDrift<Actual, Expected, Prefix extends string> = {
  [S in keyof Expected]-?: Compared<`${Prefix}${Text<S>}`, Member<Actual, S>, Expected[S]>;
}[keyof Expected];
