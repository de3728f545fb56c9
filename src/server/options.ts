/** What an app is made with. */
import { RealtimeError } from "../errors.js";
import type { Supports, Transport } from "../transport.js";

export interface RealtimeOptions<S extends Supports = Supports> {
  /** Where messages go. Default: the process's own memory transport. */
  readonly transport?: Transport<S> | undefined;
  /**
   * Signs the tokens: at least 32 characters, the same on every server. Default: the environment's `HALYARD_SECRET`;
   * in development a random one, in production the error `MISSING_SECRET` at the first token.
   */
  readonly secret?: string | undefined;
  /** Put into every token: where clients connect, absolute or a path. Default: none, and clients use `/api/realtime`. */
  readonly url?: string | undefined;
  /** Messages that may wait to be published, over all channels; the next is refused with `OVERLOADED`. Default 100,000. */
  readonly maxPending?: number | undefined;
  /**
   * Hears of errors that no caller awaits: a broker that a gateway can't reach, an `authorize` that throws.
   * Default: `console.error`.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Refuses what a caller without types could pass. Throws `INVALID_OPTIONS`. */
export function checkOptions(options: RealtimeOptions): void {
  const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `createRealtime: ${what}`);
  const { transport, url, maxPending } = options;
  if (transport !== undefined && typeof transport?.publish !== "function") {
    throw refuse("transport is no transport. Pass what memory() or another transport's factory gives.");
  }
  if (url !== undefined && (typeof url !== "string" || !/^(https?:\/\/|wss?:\/\/|\/)/.test(url))) {
    throw refuse(`url must be absolute or start with "/"; got ${JSON.stringify(url)}.`);
  }
  if (maxPending !== undefined && !(Number.isInteger(maxPending) && maxPending > 0)) {
    throw refuse(`maxPending must be an integer, 1 or more; got ${String(maxPending)}.`);
  }
}
