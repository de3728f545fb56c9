/** Schemas: any Standard Schema (https://standardschema.dev), parsed once, where a message enters. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Issue, RealtimeError } from "./errors.js";

/** What this package needs of a schema. */
export type AnySchema = StandardSchemaV1<unknown, unknown>;

/** A schema that checks nothing: a type only. See {@link staticSchema}. */
export interface StaticSchema<T> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "halyard";
    readonly validate: (value: unknown) => { readonly value: T };
    readonly types?: { readonly input: T; readonly output: T } | undefined;
  };
}

/**
 * A topic's type without a validator: the payload is taken as it is. For publishers that you trust and types that you
 * wrote; whatever the codec cannot carry (functions, cycles, …) is refused all the same.
 *
 * @example
 * ```ts
 * const chat = realtime.channel({ name: "chat", topics: { tokens: { schema: staticSchema<{ token: string }>() } } });
 * ```
 */
export function staticSchema<T>(): StaticSchema<T> {
  return {
    "~standard": {
      version: 1,
      vendor: "halyard",
      // The one unchecked step of a static schema: its promise is the caller's.
      validate: (value) => ({ value: value as T }),
    },
  };
}

/**
 * Runs a schema. A sync schema gives its output at once; an async one gives a promise.
 * `where` names the topic and channel in errors. Throws (or rejects with) `INVALID_PAYLOAD`, or `SCHEMA_FAILED` where
 * the validator itself threw.
 */
export function parse(schema: AnySchema, value: unknown, where: string): unknown {
  const broken = (cause: unknown) =>
    new RealtimeError("SCHEMA_FAILED", `${where}: the schema threw: ${describe(cause)}`, { cause });
  let result: ReturnType<AnySchema["~standard"]["validate"]>;
  try {
    result = schema["~standard"].validate(value);
  } catch (cause) {
    throw broken(cause);
  }
  if (isThenable(result)) {
    return result.then(
      (settled) => outputOf(settled, where),
      (cause) => {
        throw broken(cause);
      },
    );
  }
  return outputOf(result, where);
}

function outputOf(result: StandardSchemaV1.Result<unknown>, where: string): unknown {
  if (!result.issues) return result.value;
  const issues = result.issues.map(toIssue);
  const list = issues.map(({ path, message }) => `\n  ${pathText(path)}: ${message}`).join("");
  throw new RealtimeError("INVALID_PAYLOAD", `${where}: the payload doesn't fit the schema.${list}`, {
    issues,
  });
}

function toIssue(issue: StandardSchemaV1.Issue): Issue {
  const path = (issue.path ?? []).map((part) => (typeof part === "object" ? part.key : part));
  return { message: issue.message, path };
}

/** A path as one would write it: `data.items[3].at`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (typeof key === "string" && /^[A-Za-z_$][\w$]*$/.test(key)) return `${text}.${key}`;
    return `${text}[${typeof key === "symbol" ? String(key) : JSON.stringify(key)}]`;
  }, "data");
}

/** Whether `parse` gave a promise. */
export const isThenable = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

const describe = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
