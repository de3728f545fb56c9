/** Schemas: any Standard Schema (https://standardschema.dev), parsed once, where a message enters. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Issue, RealtimeError } from "./errors.js";
import type { Refused } from "./refused.js";

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
export function staticSchema<
  T = Refused<"Give the payload's type: staticSchema<{ text: string }>().">,
>(): StaticSchema<T> {
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
  const attempt = <T>(step: () => T): T => {
    try {
      return step();
    } catch (cause) {
      throw broken(cause, where);
    }
  };
  const settle = (result: StandardSchemaV1.Result<unknown>) => {
    const issues = attempt(() => result.issues && Array.from(result.issues, toIssue));
    if (issues) throw invalid(issues, where);
    return (result as StandardSchemaV1.SuccessResult<unknown>).value;
  };
  const result = attempt(() => schema["~standard"].validate(value));
  if (isThenable(result)) {
    return result.then(settle, (cause) => {
      throw broken(cause, where);
    });
  }
  const output = settle(result);
  // Taken for an async schema's, it would be awaited; as a payload it couldn't travel.
  if (!isThenable(output)) return output;
  throw new RealtimeError("UNSUPPORTED_VALUE", `${where}: data is a promise. Await it first.`);
}

function broken(cause: unknown, where: string): RealtimeError {
  return new RealtimeError("SCHEMA_FAILED", `${where}: the schema threw: ${describe(cause)}`, { cause });
}

/** A message lists no more; `issues` has them all. */
const LISTED = 10;

function invalid(issues: readonly Issue[], where: string): RealtimeError {
  const lines = issues.slice(0, LISTED).map(({ path, message }) => `\n  ${pathText(path)}: ${message}`);
  if (issues.length > LISTED) lines.push(`\n  … and ${issues.length - LISTED} more`);
  const message = `${where}: the payload doesn't fit the schema.${lines.join("")}`;
  return new RealtimeError("INVALID_PAYLOAD", message, { issues });
}

function toIssue(issue: StandardSchemaV1.Issue): Issue {
  // Not `map`: a validator's path or issues may be an array of a class of its own, and so would be what that gives.
  const path = Array.from(issue.path ?? [], (part) => (typeof part === "object" ? part.key : part));
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
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

function describe(cause: unknown): string {
  const { message } = Object(cause) as { message?: unknown };
  return typeof message === "string"
    ? message
    : // String() fails on an object without a prototype.
      typeof cause === "object"
      ? Object.prototype.toString.call(cause)
      : String(cause);
}
