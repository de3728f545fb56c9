/**
 * Channel names: the grammar of patterns, and what makes any name legal. A pattern is injective and invertible: two
 * different params never give one name, and a name gives its params back.
 *
 * Param values are percent-encoded as in RFC 3986 (section 2.1). A value keeps `A–Z a–z 0–9` and those of `-._~` that
 * do not stand between two params of this pattern; so a separator never occurs inside a value.
 */
import { refuse } from "./errors.js";
import { type AnySchema, staticSchema } from "./schema.js";

/** The names of a pattern's params: `"chat:{room}:{user}"` gives `"room" | "user"`. */
export type ParamNames<S extends string> = S extends `${string}{${infer P}}${infer Rest}`
  ? P | ParamNames<Rest>
  : never;

/** The template-literal type of a pattern's names: `"chat:{room}"` gives `` `chat:${string}` ``. */
export type PatternName<S extends string> = S extends `${infer Head}{${string}}${infer Rest}`
  ? `${Head}${string}${PatternName<Rest>}`
  : S;

/** A parsed pattern. `format` and `parse` are inverse to each other. */
export interface Pattern {
  readonly pattern: string;
  readonly params: readonly string[];
  /** The name for these params. Throws `INVALID_PARAMS`, or `INVALID_NAME` where it is too long. */
  format(params: Params): string;
  /** The params of a name. Throws `NAME_MISMATCH` where this pattern doesn't give that name. */
  parse(name: string): Readonly<Record<string, unknown>>;
  /** Whether this pattern gives that name. */
  match(name: string): boolean;
}

/** Percent-encodes what has a text. Empty for what has none, or half a surrogate pair. */
function encode(value: unknown): string {
  try {
    return encodeURIComponent(value as string);
  } catch {
    return "";
  }
}

/** Throws `INVALID_NAME` unless the name is 1 to 255 bytes of well-formed text. Returns the name. */
export const checkName = <N extends string>(name: N): N =>
  // An encoded byte is one character, or three that start with "%".
  typeof name === "string" && /^(%..|[^%]){1,255}$/.test(encode(name))
    ? name
    : refuse("INVALID_NAME", name, "needs 1 to 255 bytes of text");

/**
 * Parses a pattern once, at declaration. A literal name is a pattern without params. Throws `INVALID_PATTERN`.
 * `schema` makes values of the params' texts; without one, params are their texts.
 */
export function parsePattern(source: string, schema: AnySchema = staticSchema<unknown>()): Pattern {
  // Literal text stands at even places, param names at odd ones.
  const parts = source.split(/\{([A-Za-z]\w*)\}/);
  const params = parts.filter((_, i) => i % 2);
  const literals = parts.filter((_, i) => !(i % 2));
  // A template literal in plain quotes; between two params, nothing that a value can't hold; a param that stands twice;
  // a brace that is left over.
  if (/\$\{|\}[A-Za-z0-9%]*\{|(\{\w+\}).*\1/s.test(source) || /[{}]/.test(literals.join())) {
    refuse("INVALID_PATTERN", source, 'needs each {param} once, without "$", with ":" between two');
  }

  const between = literals.slice(1, -1).join();
  const safe = `${"-._~".replace(/./g, (char) => (between.includes(char) ? "" : char))}A-Za-z0-9%`;
  const reserved = new RegExp(`[^${safe}]`, "g");
  const shape = new RegExp(`^${literals.map((text) => text.replace(/\W/g, "\\$&")).join(`([${safe}]+)`)}$`);

  const print = (given: Params): string =>
    parts
      .map((part, i) =>
        i % 2
          ? // What encodeURIComponent leaves as it is, and is reserved here, is ASCII.
            encode(given[part]).replace(
              reserved,
              (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
            )
          : part,
      )
      .join("");

  const read = (name: string): Params | undefined => {
    const values = shape.exec(name);
    try {
      const texts = Object.fromEntries(
        params.map((param, i) => [param, decodeURIComponent((values as RegExpExecArray)[i + 1] as string)]),
      );
      const result = schema["~standard"].validate(texts) as {
        value: Params;
        issues?: unknown;
        catch?: Promise<unknown>["catch"];
      };
      // It can't be awaited here; nor is it to be raised as unheard.
      result.catch?.(() => {});
      const { value, issues } = result;
      // A second spelling of the same value ("%61" for "a") would be a second name of one channel.
      if (!issues && print(value) === checkName(name)) return value;
    } catch {
      // What looks encoded isn't, or the schema doesn't take it.
    }
    return undefined;
  };

  return {
    pattern: source,
    params,
    format(given) {
      const keys = Object.keys(Object(given));
      const name = checkName(print(Object(given)));
      const found = read(name);
      // Only what can be read back: else two different params could have one name.
      return found && keys.length === params.length && params.every((param) => found[param] === given[param])
        ? name
        : refuse(
            "INVALID_PARAMS",
            source,
            `needs { ${params} }, non-empty strings or as its schema gives them; got { ${keys} }`,
          );
    },
    match: (name) => !!read(name),
    parse: (name) => read(name) ?? refuse("NAME_MISMATCH", source, `"${name}" is no name of it`),
  };
}

type Params = Readonly<Record<string, unknown>>;
