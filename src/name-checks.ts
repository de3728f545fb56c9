/** What may be declared as a name, and as the schema of its params, as types: each misuse gets a sentence. */
import type { ParamNames } from "./name.js";
import type { Refused } from "./refused.js";
import type { InputOf, OutputOf } from "./topic.js";
import type { SchemaLike, TypesOf } from "./topic-checks.js";

/**
 * A sentence where a name with braces is no legal pattern; what it doesn't see, `parsePattern` refuses. It stands in place
 * of the channel, not of the name, so that a function of the user's may be generic over the name.
 * Walks from param to param: `Seen` are the names of those before, `never` for the first.
 */
export type CheckPattern<S extends string, Seen = never> = S extends `${infer Head}{${infer P}}${infer Rest}`
  ? Head extends `${string}}${string}`
    ? Refused<"A brace of this pattern stands alone: write each param as {name}.">
    : Head extends `${string}$`
      ? Refused<`Write {${P}} without the "$": a pattern is a plain string.`>
      : P extends NoParam
        ? Refused<`{${P}} is no param: a letter, then letters, digits and "_", stand between the braces.`>
        : P extends Seen
          ? Refused<`The param {${P}} stands twice: give each a name of its own.`>
          : [Seen] extends [never]
            ? CheckPattern<Rest, P>
            : Separates<Head> extends true
              ? CheckPattern<Rest, Seen | P>
              : Refused<`Put a character such as ":" before {${P}}: else one name could be read in two ways.`>
  : S extends `${string}${"{" | "}"}${string}`
    ? Refused<"A brace of this pattern stands alone: write each param as {name}.">
    : unknown;

type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
// A literal type each; the compiler makes them once.
// biome-ignore format: a table.
type Mark =
  | " " | "!" | '"' | "#" | "$" | "&" | "'" | "(" | ")" | "*" | "+" | "," | "-" | "." | "/" | ":" | ";" | "<" | "=" | ">"
  | "?" | "@" | "[" | "\\" | "]" | "^" | "`" | "|" | "~";
type NoParam = "" | `${Digit | "_"}${string}` | `${string}${Mark | "%" | "{" | "}"}${string}`;

/** Whether a text between two params has a character that an encoded value can't have. */
type Separates<Text extends string> = Text extends `${string}${Mark | "_"}${string}`
  ? true
  : Text extends `${infer Char}${infer Rest}`
    ? Char extends Digit | "%" | Letter
      ? Separates<Rest>
      : true
    : false;

// biome-ignore format: a table.
type Letter =
  | "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m" | "n" | "o" | "p" | "q" | "r" | "s" | "t"
  | "u" | "v" | "w" | "x" | "y" | "z" | "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" | "M" | "N"
  | "O" | "P" | "Q" | "R" | "S" | "T" | "U" | "V" | "W" | "X" | "Y" | "Z";

/** Puts a sentence where a schema doesn't fit the params of the pattern `N`. */
export type CheckParams<N extends string, A, S> = [S] extends [never]
  ? unknown
  : [A, ParamNames<N>] extends [never, infer P]
    ? [P] extends [never]
      ? Refused<'Only a pattern has params to parse: name it like "run:{id}", or leave params out.'>
      : S extends SchemaLike
        ? CheckValues<P & string, InputOf<TypesOf<S["~standard"]>>, OutputOf<TypesOf<S["~standard"]>>>
        : Refused<"params is a Standard Schema, such as z.object({ id: z.coerce.number() }).">
    : Refused<'Only a pattern has params to parse: name it like "run:{id}", or leave params out.'>;

type CheckValues<P extends string, In, Out> = [NoText<P, In>] extends [never]
  ? [P, keyof Out] extends [keyof Out, P]
    ? [Out[keyof Out]] extends [string | number | bigint | boolean]
      ? unknown
      : Refused<"A param is a string, a number, a bigint or a boolean: a name must say it.">
    : Refused<"The params schema must give each param of the pattern, and nothing else.">
  : Refused<"A name's params are texts: its schema must take strings, as z.coerce.number() does for a number.">;

/** The members that take no text at all. One that takes some, as an enum does, is fine. */
type NoText<P extends string, In> = {
  [K in P & keyof In]: string extends In[K] ? never : In[K] extends string ? never : K;
}[P & keyof In];
