/** What an app is made with. */
import { RealtimeError } from "../errors.js";
import type { Supports, Transport } from "../transport.js";
import type { DebugLog, RealtimeHooks } from "./observe/events.js";
import { checkHooks } from "./observe/observer.js";
import type { SecretKey } from "./secrets.js";

/** A way to reach a gateway, by the name that it has in a token. */
export type WireName = "websocket" | "sse";

export interface RealtimeOptions<S extends Supports = Supports> {
  /** Where messages go. Default: the process's own memory transport. */
  readonly transport?: Transport<S> | undefined;
  /**
   * Signs the tokens: at least 32 characters, the same on every server. Default: the environment's `HALYARD_SECRET`;
   * in development a random one, in production the error `MISSING_SECRET` at the first token.
   *
   * To change it without refusing anybody, give several: the first signs, all check, and a token names the one that
   * signed it. Put the new one last on every server, then first, and a day later take the old one away.
   *
   * @example
   * ```ts
   * createRealtime({ secret: [{ id: "2026-07", secret: env.NEW }, { secret: env.OLD }] }); // OLD was a plain string
   * ```
   */
  readonly secret?: string | readonly SecretKey[] | undefined;
  /** Put into every token: where clients connect, absolute or a path. Default: none, and clients use `/api/realtime`. */
  readonly url?: string | undefined;
  /**
   * Put into every token: the wires that lead there, best first. `["sse"]` where WebSockets can't be served, as behind
   * a Next route handler, spares clients the attempt. Default: none, and clients try WebSocket, then SSE.
   */
  readonly wires?: readonly WireName[] | undefined;
  /** Messages that may wait to be published, over all channels; the next is refused with `OVERLOADED`. Default 100,000. */
  readonly maxPending?: number | undefined;
  /**
   * Hears of errors that no caller awaits: a broker that a gateway can't reach, an `authorize` that throws.
   * Default: `console.error`, which also gets what this throws, or rejects with.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Hears of what happens here: for metrics, traces and logs. Nothing is done for a hook that isn't given. */
  readonly on?: RealtimeHooks | undefined;
  /**
   * Prints a line to the console's error stream for what `on` hears of and for what goes to `onError`; or gives it to a
   * function. It is for people: the lines may change. Default: the environment's `HALYARD_DEBUG`, where that is neither
   * empty nor `0`.
   */
  readonly debug?: boolean | DebugLog | undefined;
}

/** Refuses what a caller without types could pass. Throws `INVALID_OPTIONS`. */
export function checkOptions(options: RealtimeOptions): void {
  const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `createRealtime: ${what}`);
  const { transport, url, wires, maxPending, on, debug } = options;
  if (transport !== undefined && typeof transport?.publish !== "function") {
    throw refuse("transport is no transport. Pass what memory() or another transport's factory gives.");
  }
  if (url !== undefined && (typeof url !== "string" || !/^(https?:\/\/|wss?:\/\/|\/)/.test(url))) {
    throw refuse(`url must be absolute or start with "/"; got ${JSON.stringify(url)}.`);
  }
  if (wires !== undefined && !isWires(wires)) {
    throw refuse('wires must be an array of "websocket" and "sse", each at most once, best first.');
  }
  if (maxPending !== undefined && !(Number.isInteger(maxPending) && maxPending > 0)) {
    throw refuse(`maxPending must be an integer, 1 or more; got ${String(maxPending)}.`);
  }
  if (debug !== undefined && typeof debug !== "boolean" && typeof debug !== "function") {
    throw refuse("debug must be true, false or a function that takes lines.");
  }
  checkHooks(on);
}

const isWires = (wires: unknown): boolean =>
  Array.isArray(wires) &&
  wires.length > 0 &&
  new Set(wires).size === wires.length &&
  wires.every((wire) => wire === "websocket" || wire === "sse");
