/**
 * Channel names: the grammar of patterns, and what makes any name legal. A pattern is injective and invertible: two
 * different params never give one name, and a name gives its params back.
 *
 * Param values are percent-encoded as in RFC 3986 (section 2.1). A value keeps `A–Z a–z 0–9` and those of `-._~` that
 * do not stand between two params of this pattern; so a separator never occurs inside a value.
 */
import { RealtimeError } from "./errors.js";

/** The names of a pattern's params: `"chat:{room}:{user}"` gives `"room" | "user"`. */
export type ParamNames<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? P | ParamNames<Rest>
  : never;

/** The params of a pattern, each a string. */
export type PatternParams<S extends string> = { readonly [K in ParamNames<S>]: string };

/** The template-literal type of a pattern's names: `"chat:{room}"` gives `` `chat:${string}` ``. */
export type PatternName<S extends string> = S extends `${infer Head}{${string}}${infer Rest}`
  ? `${Head}${string}${PatternName<Rest>}`
  : S;

/** A longer name is refused: some broker cannot hold it. */
export const MAX_NAME_BYTES = 255;

/** A parsed pattern. `format` and `parse` are inverse to each other. */
export interface Pattern {
  readonly source: string;
  readonly params: readonly string[];
  /** Literal text around the params: one more than there are params. */
  readonly literals: readonly string[];
  /** What a param's value may hold unencoded, as the inside of a regular expression's character class. */
  readonly unreserved: string;
  format(params: unknown): string;
  /** The params, or `undefined` where the name is not one that this pattern gives. */
  parse(name: string): Record<string, string> | undefined;
}

/** Text of at least one character. Half a surrogate pair is none: it can't be encoded. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && !/[\ud800-\udfff]/u.test(value);

/** Throws `INVALID_NAME` unless the name is 1 to 255 bytes of well-formed text. Returns the name. */
export function checkName<N extends string>(name: N): N {
  if (isText(name) && encodeURIComponent(name).replace(/%../g, "x").length <= MAX_NAME_BYTES) return name;
  throw new RealtimeError(
    "INVALID_NAME",
    `Channel name "${String(name).slice(0, 40)}" must be a string of 1 to ${MAX_NAME_BYTES} bytes of well-formed text.`,
  );
}

/** Whether a string is a pattern rather than a literal name. */
export const isPattern = (name: string): boolean => /[{}]/.test(name);

/** Parses a pattern once, at declaration. Throws `INVALID_PATTERN`. */
export function parsePattern(source: string): Pattern {
  const refuse = (refused: boolean, why: string) => {
    if (refused) throw new RealtimeError("INVALID_PATTERN", `Channel pattern "${source}": ${why}.`);
  };
  // Literal text stands at even places, param names at odd ones.
  const parts = source.split(/\{([A-Za-z]\w*)\}/);
  const literals = parts.filter((_, i) => i % 2 === 0);
  const params = parts.filter((_, i) => i % 2);
  const separators = literals.slice(1, -1);
  refuse(literals.some(isPattern), `write a param as {name}, with letters, digits or "_"`);
  refuse(new Set(params).size < params.length, "name each param once");
  refuse(!separators.every((text) => /[^A-Za-z0-9%]/.test(text)), `put ":" between two params`);

  const between = separators.join("");
  const unreserved = `${[..."-._~"].filter((char) => !between.includes(char)).join("")}A-Za-z0-9`;
  const reserved = new RegExp(`[^${unreserved}%]`, "g");
  const shape = new RegExp(
    `^${literals.map((text) => text.replace(/\W/g, "\\$&")).join(`([${unreserved}%]+)`)}$`,
  );

  const format = (values: unknown): string => {
    const given = Object(values) as Record<string, string>;
    const wrong = [...params, ...Object.keys(given)].find(
      (key) => !params.includes(key) || !Object.hasOwn(given, key) || !isText(given[key]),
    );
    if (wrong !== undefined) {
      throw new RealtimeError(
        "INVALID_PARAMS",
        `"${source}" takes { ${params.join(", ")} }, each a non-empty string; "${wrong}" isn't.`,
      );
    }
    const encode = (param: string) => encodeURIComponent(given[param] as string).replace(reserved, percent);
    return checkName(literals.reduce((name, text, i) => name + encode(params[i - 1] as string) + text));
  };

  return {
    source,
    params,
    literals,
    unreserved,
    format,
    parse(name) {
      const match = shape.exec(name);
      if (!match) return undefined;
      try {
        const found = Object.fromEntries(
          params.map((param, i) => [param, decodeURIComponent(match[i + 1] as string)]),
        );
        // A second spelling of the same value ("%61" for "a") would be a second name of one channel.
        return format(found) === name ? found : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
