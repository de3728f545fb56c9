/** What is to be published, checked before any of it is. */
import { type Snapshot, snapshot } from "../codec.js";
import { RealtimeError } from "../errors.js";
import { isThenable, parse } from "../schema.js";
import type { Transport } from "../transport.js";
import type { Publication } from "./publisher.js";
import { checkRef, describeTopic } from "./references.js";

/** What a caller may give beside a payload; unchecked. */
export interface GivenOptions {
  readonly key?: unknown;
  readonly tx?: unknown;
}

/** Checks, parses and copies a message, as far as that can be done at once. */
export function prepare(
  transport: Transport,
  ref: unknown,
  data: unknown,
  { key, tx }: GivenOptions = {},
): Publication {
  const { channel, topic, "~schema": schema } = checkRef(ref);
  const where = describeTopic(channel, topic);
  if (key !== undefined) checkKey(key, transport, where);
  if (tx !== undefined) checkTransaction(tx, transport, where);
  const parsed = parse(schema, data, where);
  const payload = isThenable(parsed)
    ? parsed.then((value) => snapshot(value, where))
    : snapshot(parsed, where);
  return { channel, topic, key: key as string | undefined, tx: tx as object | undefined, where, payload };
}

function checkTransaction(tx: unknown, transport: Transport, where: string): void {
  if (transport.supports.transactions !== true) {
    throw new RealtimeError(
      "UNSUPPORTED",
      `${where}: transport "${transport.name}" can't be part of a transaction (tx).`,
    );
  }
  if (tx === null || (typeof tx !== "object" && typeof tx !== "function")) {
    throw new RealtimeError("INVALID_OPTIONS", `${where}: tx is ${String(tx)}, which is no transaction.`);
  }
}

function checkKey(key: unknown, transport: Transport, where: string): void {
  if (typeof key !== "string" || key === "" || key.length > 255) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `${where}: an idempotency key must be a string of 1 to 255 characters.`,
    );
  }
  if (transport.supports.keys === false) {
    throw new RealtimeError(
      "UNSUPPORTED",
      `${where}: transport "${transport.name}" keeps no idempotency keys.`,
    );
  }
}

/** All or none: throws, or makes every payload fail, where one message is refused. */
export function prepareAll(messages: readonly (() => Publication)[]): readonly Publication[] {
  const prepared: Publication[] = [];
  messages.forEach((prepare, i) => {
    try {
      prepared.push(prepare());
    } catch (error) {
      // Their failures no longer matter, but nobody else will handle them.
      for (const { payload } of prepared) if (isThenable(payload)) payload.then(undefined, () => undefined);
      throw atIndex(error, i);
    }
  });
  if (!prepared.some(({ payload }) => isThenable(payload))) return prepared;
  const payloads = Promise.all(
    prepared.map(async ({ payload }, i) => {
      try {
        return await payload;
      } catch (error) {
        throw atIndex(error, i);
      }
    }),
  );
  return prepared.map((publication, i) => ({
    ...publication,
    payload: payloads.then((all) => all[i] as Snapshot),
  }));
}

function atIndex(error: unknown, i: number): unknown {
  if (!(error instanceof RealtimeError)) return error;
  return new RealtimeError(error.code, `Message ${i}: ${error.message}`, {
    cause: error,
    issues: error.issues,
  });
}
