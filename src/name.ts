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

const quote = (value: unknown) => JSON.stringify(value) ?? String(value);

/** Throws `INVALID_NAME` unless the name is 1 to 255 bytes of well-formed text. Returns the name. */
export function checkName<N extends string>(name: N): N {
  if (typeof name !== "string" || name === "") {
    throw new RealtimeError("INVALID_NAME", `A channel name must be a non-empty string; got ${quote(name)}.`);
  }
  const encoded = percentEncode(name);
  if (encoded === undefined) {
    throw new RealtimeError("INVALID_NAME", `Channel name ${quote(name)} holds half a surrogate pair.`);
  }
  const bytes = encoded.replace(/%../g, "x").length;
  if (bytes > MAX_NAME_BYTES) {
    throw new RealtimeError(
      "INVALID_NAME",
      `Channel name "${name.slice(0, 40)}…" has ${bytes} bytes; at most ${MAX_NAME_BYTES} are allowed.`,
    );
  }
  return name;
}

/** Whether a string is a pattern rather than a literal name. */
export const isPattern = (name: string): boolean => /[{}]/.test(name);

/** Parses a pattern once, at declaration. Throws `INVALID_PATTERN`. */
export function parsePattern(source: string): Pattern {
  const refuse = (why: string) =>
    new RealtimeError("INVALID_PATTERN", `Channel pattern ${quote(source)}: ${why}`);
  // Literal text stands at even places, param names at odd ones.
  const parts = source.split(/\{([^{}]*)\}/);
  const literals = parts.filter((_, i) => i % 2 === 0);
  const params = parts.filter((_, i) => i % 2 === 1);
  const separators = literals.slice(1, -1);

  if (literals.some(isPattern)) throw refuse("a brace has no partner. Write params as {name}.");
  for (const param of params) {
    if (!/^[A-Za-z]\w*$/.test(param)) {
      throw refuse(`{${param}} is no param name. Use a letter, then letters, digits or "_".`);
    }
  }
  if (new Set(params).size < params.length) throw refuse("a param stands in it twice.");
  if (separators.some((text) => !/[^A-Za-z0-9%]/.test(text))) {
    throw refuse(`between two params stands nothing that a value can't hold. Put ":" there.`);
  }

  const between = separators.join("");
  const kept = [..."-._~"].filter((char) => !between.includes(char));
  const unreserved = `A-Za-z0-9${kept.map((char) => `\\${char}`).join("")}`;
  const reserved = new RegExp(`[^${unreserved}%]`, "g");
  const shape = new RegExp(`^${literals.map(escapeRegExp).join(`((?:[${unreserved}]|%[0-9A-F]{2})+)`)}$`);

  const format = (values: unknown): string => {
    const given = checkParams(source, params, values);
    let name = literals[0] as string;
    params.forEach((param, i) => {
      const encoded = percentEncode(given[param] as string);
      if (encoded === undefined) {
        throw new RealtimeError("INVALID_PARAMS", `${quote(source)}: ${param} holds half a surrogate pair.`);
      }
      name += encoded.replace(reserved, percent) + literals[i + 1];
    });
    return checkName(name);
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

function checkParams(source: string, params: readonly string[], values: unknown): Record<string, string> {
  const refuse = (why: string) => new RealtimeError("INVALID_PARAMS", `${quote(source)}: ${why}`);
  if (typeof values !== "object" || values === null) {
    throw refuse(`call it with { ${params.join(", ")} }; got ${quote(values)}.`);
  }
  const given = values as Record<string, unknown>;
  for (const param of params) {
    const value = Object.hasOwn(given, param) ? given[param] : undefined;
    if (typeof value !== "string" || value === "") {
      throw refuse(`param ${param} must be a non-empty string; got ${quote(value)}.`);
    }
  }
  const extra = Object.keys(given).find((key) => !params.includes(key));
  if (extra !== undefined)
    throw refuse(`there is no param ${quote(extra)}. Its params: ${params.join(", ")}.`);
  return given as Record<string, string>;
}

const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** `undefined` where the text is not well-formed UTF-16. */
function percentEncode(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    return undefined;
  }
}
