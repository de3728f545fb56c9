/** `streamOf`: the schema of a topic that carries streams. */
import { RealtimeError } from "../errors.js";
import type { Refused } from "../refused.js";
import { type AnySchema, isThenable } from "../schema.js";
import type { InputOf, OutputOf } from "../topic.js";
import type { SchemaLike, TypesOf } from "../topic-checks.js";
import { LONGEST_HEARTBEAT } from "./ending.js";
import type { StreamSchema } from "./types.js";

type Result = Awaited<ReturnType<AnySchema["~standard"]["validate"]>>;
type Issue = NonNullable<Result["issues"]>[number];
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isId: Check = (value) => typeof value === "string" && value !== "" && value.length < 256;
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

/** What each kind of part has, beside its type. What else is given is left out. */
const PARTS: { readonly [type: string]: { readonly [key: string]: Check } } = {
  begin: {
    stream: isId,
    heartbeat: (value) => isCount(value) && value !== 0 && (value as number) <= LONGEST_HEARTBEAT,
    run: (value) => value === undefined || isId(value),
  },
  chunks: { stream: isId, index: isCount, chunks: Array.isArray },
  end: { stream: isId, index: isCount },
  error: { stream: isId, index: isCount, code: isId, message: isText },
};

/**
 * Declares a topic that carries streams of chunks: a Standard Schema of {@link StreamPart}, which checks each chunk by
 * `schema`. Publish with `app.stream`; read with `readStream`, or fold messages with `foldStream`.
 *
 * Throws `INVALID_SCHEMA` for what is no Standard Schema.
 *
 * @example
 * ```ts
 * const chat = realtime.channel({
 *   name: "chat:{id}",
 *   topics: { answer: { schema: streamOf(z.string()) } },
 * });
 * await app.stream(chat({ id: "1" }).answer, streamText({ model, prompt }).textStream);
 * ```
 */
export function streamOf<S extends SchemaLike>(
  schema: S | (Refused<"A schema is a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>()."> & S),
): StreamSchema<InputOf<TypesOf<S["~standard"]>>, OutputOf<TypesOf<S["~standard"]>>>;
export function streamOf(schema: AnySchema): StreamSchema<unknown> {
  const standard = schema?.["~standard"];
  if (!standard) {
    throw new RealtimeError("INVALID_SCHEMA", "streamOf needs the Standard Schema of a chunk.");
  }
  return {
    "~standard": {
      version: 1,
      vendor: "halyard",
      validate(value) {
        const given: Record<string, unknown> = Object(value);
        const type = String(given.type);
        if (!Object.hasOwn(PARTS, type)) {
          return { issues: [{ message: 'must be "begin", "chunks", "end" or "error"', path: ["type"] }] };
        }
        const part: Record<string, unknown> = { type };
        const issues: Issue[] = [];
        for (const [key, check] of Object.entries(PARTS[type] ?? {})) {
          const field = given[key];
          if (!check(field)) issues.push({ message: `isn't what a part of a stream has`, path: [key] });
          else if (field !== undefined) part[key] = field;
        }
        if (issues[0]) return { issues };
        // A static schema's chunks are taken as they are, all at once.
        if (!Array.isArray(part.chunks) || standard.vendor === "halyard") return { value: part };
        const results = part.chunks.map((chunk) => standard.validate(chunk));
        return results.some(isThenable)
          ? Promise.all(results).then((settled) => settle(part, settled))
          : // None of them is a promise.
            settle(part, results as Result[]);
      },
    },
    "~chunk": schema,
  };
}

/** A part, with what became of its chunks. */
function settle(part: object, results: readonly Result[]): Result {
  const issues = results.flatMap(({ issues = [] }, i) =>
    Array.from(issues, ({ message, path = [] }) => ({ message, path: ["chunks", i, ...path] })),
  );
  if (issues[0]) return { issues };
  return { value: { ...part, chunks: results.map((result) => (result as { value: unknown }).value) } };
}
