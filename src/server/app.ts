/** `createRealtime`: publishing, subscribing, tokens, in one object. */

import type { MemorySupports } from "../../transports/memory/index.js";
import { type Snapshot, snapshot } from "../codec.js";
import { RealtimeError } from "../errors.js";
import { isThenable, parse } from "../schema.js";
import type { Transport } from "../transport.js";
import type { App, PublishedMessage, TokenLife } from "./app-types.js";
import { defaultTransport, resolveSecret } from "./default-state.js";
import type { GatewayContext } from "./gateway/session.js";
import { readHistory } from "./history.js";
import { createHub } from "./hub.js";
import { checkOptions, type RealtimeOptions } from "./options.js";
import { createPublisher, type Publication } from "./publisher.js";
import { checkChannel, checkRef, checkTopics, describeTopic } from "./references.js";
import { subscribeInProcess } from "./subscribe.js";
import { createTokens } from "./tokens.js";

/** What a gateway needs of an app. Not enumerable; apps of two copies of the package are told apart by nothing else. */
export interface AppInternals {
  readonly gateway: Omit<GatewayContext, "limits">;
  /** Throws where the app is closed, or tokens couldn't be checked: better at start than at the first client. */
  checkReady(): void;
  /** Called once, when the app closes, before its transport does. */
  onClose(close: () => Promise<void>): void;
  /** It has closed before the app did. */
  offClose(close: () => Promise<void>): void;
}

const MAX_PENDING = 100_000;
const INTERNALS = "~app";

/**
 * Makes a server's end of Halyard. Without options: the process's own memory transport.
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const app = createRealtime();
 * await app.publish(pipeline({ runId: "42" }).status, { message: "Starting…" });
 * ```
 */
export function createRealtime(
  options?: RealtimeOptions<MemorySupports> & { readonly transport?: undefined },
): App<MemorySupports>;
export function createRealtime<T extends Transport>(
  options: RealtimeOptions & { readonly transport: T },
): App<T["supports"]>;
export function createRealtime(options: RealtimeOptions = {}): App {
  checkOptions(options);
  const transport: Transport = options.transport ?? defaultTransport();
  const publisher = createPublisher(transport, options.maxPending ?? MAX_PENDING);
  const hub = createHub(transport);
  const tokens = createTokens(() => resolveSecret(options.secret));
  const endings = new Set<() => Promise<void>>();
  const onError = options.onError ?? reportToConsole;
  let closing: Promise<void> | undefined;

  function checkOpen(): void {
    if (closing)
      throw new RealtimeError("CLOSED", "This app was closed. Make another with createRealtime().");
  }

  /** Checks, parses and copies a message, as far as that can be done at once. */
  function prepare(ref: unknown, data: unknown, key: unknown): Publication {
    const { channel, topic, "~schema": schema } = checkRef(ref);
    const where = describeTopic(channel, topic);
    if (key !== undefined) checkKey(key, transport, where);
    const parsed = parse(schema, data, where);
    const payload = isThenable(parsed)
      ? parsed.then((value) => snapshot(value, where))
      : snapshot(parsed, where);
    return { channel, topic, key: key as string | undefined, where, payload };
  }

  async function publish(
    ref: unknown,
    data: unknown,
    given: { key?: unknown } = {},
  ): Promise<PublishedMessage> {
    checkOpen();
    return publisher.publish(prepare(ref, data, given.key));
  }

  async function publishMany(messages: readonly (readonly [unknown, unknown, { key?: unknown }?])[]) {
    checkOpen();
    publisher.checkRoom(messages.length, "publishMany");
    const prepared = prepareAll(
      messages.map(
        ([ref, data, given]) =>
          () =>
            prepare(ref, data, given?.key),
      ),
    );
    return Promise.all(prepared.map((publication) => publisher.publish(publication)));
  }

  async function token(given: { channel: unknown; topics?: readonly string[] } & TokenLife) {
    checkOpen();
    const channel = checkChannel(given?.channel);
    const topics = checkTopics(channel, given.topics);
    const key = tokens.sign({ channel: channel.name, topics, subject: given.subject }, given.expiresIn);
    return { channel: channel.name, topics, key, ...(options.url !== undefined && { url: options.url }) };
  }

  async function end(): Promise<void> {
    await publisher.flush();
    await Promise.all([...endings].map((ending) => ending()));
    // The default transport is the process's: another app may use it.
    if (options.transport) await options.transport.close();
  }

  const internals: AppInternals = {
    gateway: { hub, transport, tokens, onError },
    checkReady() {
      checkOpen();
      resolveSecret(options.secret);
    },
    onClose: (ending) => void endings.add(ending),
    offClose: (ending) => void endings.delete(ending),
  };
  const app = {
    publish,
    publishMany,
    token,
    async subscribe(given: Parameters<typeof subscribeInProcess>[2]) {
      checkOpen();
      return subscribeInProcess(hub, transport, given, endings);
    },
    async history(given: Parameters<typeof readHistory>[1]) {
      checkOpen();
      return readHistory(transport, given);
    },
    flush: () => publisher.flush(),
    close() {
      closing ??= end();
      return closing;
    },
  };
  Object.defineProperty(app, INTERNALS, { value: internals });
  // The generic signatures of App say per call what these functions do for all of them.
  return Object.freeze(app) as unknown as App;
}

/** An app's internals. Throws `INVALID_OPTIONS` for what is no app. */
export function internalsOf(app: unknown, caller: string): AppInternals {
  const internals = (app as { [INTERNALS]?: AppInternals } | null | undefined)?.[INTERNALS];
  if (internals) return internals;
  throw new RealtimeError("INVALID_OPTIONS", `${caller} needs the app that createRealtime() gives.`);
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
function prepareAll(messages: readonly (() => Publication)[]): readonly Publication[] {
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

// biome-ignore lint/suspicious/noConsole: an error that nobody asked for must be seen somewhere.
const reportToConsole = (error: unknown) => console.error("[halyard]", error);
