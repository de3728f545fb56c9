/** `createRealtime`: publishing, subscribing, tokens, in one object. */

import type { MemorySupports } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import type { Transport } from "../transport.js";
import type { App, TokenLife } from "./app-types.js";
import { defaultTransport, resolveSecret } from "./default-state.js";
import { Roster } from "./gateway/roster.js";
import type { GatewayContext } from "./gateway/session.js";
import { Subjects } from "./gateway/subjects.js";
import { readHistory } from "./history.js";
import { createHub } from "./hub.js";
import { createObservation } from "./observe/observation.js";
import { connectionsOf, type Observer } from "./observe/observer.js";
import { checkOptions, type RealtimeOptions } from "./options.js";
import { type GivenOptions, prepare, prepareAll } from "./prepare.js";
import type { PublishedMessage } from "./publish-types.js";
import { createPublisher } from "./publisher.js";
import { checkChannel, checkTopics } from "./references.js";
import { createRevocations, type RevokeOptions, readRevokeOptions } from "./revocations.js";
import { isName } from "./revoked.js";
import { createShutdown, type Shutdown } from "./shutdown.js";
import { createStreams } from "./stream.js";
import { subscribeInProcess } from "./subscribe.js";
import { createTokens } from "./tokens.js";

/** What a gateway needs of an app. Not enumerable; apps of two copies of the package are told apart by nothing else. */
export interface AppInternals extends Pick<Shutdown, "isClosing" | "onClose" | "offClose"> {
  readonly gateway: Omit<GatewayContext, "limits">;
  readonly observer: Observer | undefined;
  /** Throws where the app is closed, or tokens couldn't be checked: better at start than at the first client. */
  checkReady(): void;
}

interface PlainTokenOptions extends TokenLife {
  readonly channel: unknown;
  readonly topics?: readonly string[];
  readonly publish?: readonly string[];
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
export function createRealtime<T extends Transport | undefined>(
  options: RealtimeOptions & { readonly transport: T },
): App<T extends Transport ? T["supports"] : MemorySupports>;
export function createRealtime(options: RealtimeOptions = {}): App {
  checkOptions(options);
  const transport: Transport = options.transport ?? defaultTransport();
  const { observer, onError } = createObservation(options);
  transport.reportTo?.(onError);
  const publisher = createPublisher(transport, options.maxPending ?? MAX_PENDING, observer?.published);
  const hub = createHub(transport, onError);
  const tokens = createTokens(() => resolveSecret(options.secret));
  const roster = new Roster();
  const revocations = createRevocations(transport, publisher, onError, () => roster.recheck());
  const subscriptions = new Set<() => Promise<void>>();
  const streams = createStreams(transport, publisher, checkOpen);
  const shutdown = createShutdown({
    async flush() {
      await streams.end();
      await publisher.flush();
    },
    async end() {
      revocations.stop();
      await Promise.all([...subscriptions].map((end) => end()));
      // The default transport is the process's: another app may use it.
      if (options.transport) await options.transport.close();
    },
  });

  function checkOpen(): void {
    if (shutdown.isOver()) throw closed();
  }

  async function publish(ref: unknown, data: unknown, given: GivenOptions = {}): Promise<PublishedMessage> {
    checkOpen();
    return publisher.publish(prepare(transport, ref, data, given));
  }

  async function publishMany(messages: readonly (readonly [unknown, unknown, GivenOptions?])[]) {
    checkOpen();
    publisher.checkRoom(messages.length, "publishMany");
    const prepared = prepareAll(
      messages.map(
        ([ref, data, given]) =>
          () =>
            prepare(transport, ref, data, given),
      ),
    );
    return Promise.all(prepared.map((publication) => publisher.publish(publication)));
  }

  async function token(given: PlainTokenOptions) {
    checkOpen();
    const channel = checkChannel(given?.channel);
    const publish = given.publish === undefined ? [] : checkTopics(channel, given.publish, 0);
    // A token that lets nobody receive lets somebody publish.
    const topics = checkTopics(channel, given.topics, publish.length > 0 ? 0 : 1);
    const { subject } = given;
    if (subject !== undefined && !isName(subject)) {
      throw new RealtimeError(
        "INVALID_OPTIONS",
        "A token's subject must be a string of 1 to 255 characters.",
      );
    }
    const after = subject === undefined ? 0 : revocations.revokedAt(subject);
    const key = tokens.sign({ channel: channel.name, topics, publish, subject }, given.expiresIn, after);
    const { url, wires } = options;
    return { channel: channel.name, topics, key, ...(url !== undefined && { url }), ...(wires && { wires }) };
  }

  async function revoke(given: RevokeOptions): Promise<void> {
    checkOpen();
    const revocation = readRevokeOptions(given, tokens);
    if (revocation) await revocations.revoke(revocation);
  }

  const gateway: AppInternals["gateway"] = {
    hub,
    transport,
    tokens,
    onError,
    connect: connectionsOf(observer),
    revocations,
    roster,
    subjects: new Subjects(),
  };
  const internals: AppInternals = {
    gateway,
    observer,
    checkReady() {
      // A gateway that is attached while the app drains would not hear of its end.
      if (shutdown.isClosing()) throw closed();
      resolveSecret(options.secret);
    },
    isClosing: shutdown.isClosing,
    onClose: shutdown.onClose,
    offClose: shutdown.offClose,
  };
  const app = {
    publish,
    publishMany,
    stream: streams.stream,
    token,
    revoke,
    async subscribe(given: Parameters<typeof subscribeInProcess>[1]) {
      checkOpen();
      return subscribeInProcess({ hub, transport, observer }, given, subscriptions);
    },
    async history(given: Parameters<typeof readHistory>[1]) {
      checkOpen();
      return readHistory(transport, given);
    },
    flush: () => publisher.flush(),
    close: shutdown.close,
  };
  Object.defineProperty(app, INTERNALS, { value: internals });
  // The generic signatures of App say per call what these functions do for all of them.
  return Object.freeze(app) as unknown as App;
}

const closed = () => new RealtimeError("CLOSED", "This app was closed. Make another with createRealtime().");

/** An app's internals. Throws `INVALID_OPTIONS` for what is no app. */
export function internalsOf(app: unknown, caller: string): AppInternals {
  const internals = (app as { [INTERNALS]?: AppInternals } | null | undefined)?.[INTERNALS];
  if (internals) return internals;
  throw new RealtimeError("INVALID_OPTIONS", `${caller} needs the app that createRealtime() gives.`);
}
