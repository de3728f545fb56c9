/** Ends a server process without losing a message, when it is told to end. */
import { constants } from "node:os";
import { type Duration, toMilliseconds } from "../../duration.js";
import { RealtimeError } from "../../errors.js";
import { internalsOf } from "../app.js";
import type { App } from "../app-types.js";

/** How long the app may take to close once its drain is over, in milliseconds. A broker may never answer. */
const CLOSE_GRACE = 2_000;
/** How long requests that are being answered may take once the server is closed, in milliseconds. */
const REQUEST_GRACE = 2_000;
/** How long what else keeps the process alive may take after that, in milliseconds. */
const EXIT_GRACE = 2_000;

/** What is used of a server of `node:http`, or of another that closes as those do. */
export interface ClosableServer {
  close(closed?: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
}

export interface SignalOptions {
  /** Is closed once the app has: until then it says "draining" to whoever asks. */
  readonly server?: ClosableServer | undefined;
  /** How long the connections' clients have to go to another server. Default `"10s"`. */
  readonly drain?: Duration | undefined;
  /** Default `["SIGTERM", "SIGINT"]`. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
}

/**
 * Closes the app, then the server, when the process is told to end. Returns a function that takes this back.
 *
 * On the first signal the app drains: its connections are closed one after the other, publishing still works, new
 * clients are sent elsewhere and the handler's `/health` answers 503. Then the server is closed. After that the process ends by
 * itself; where something keeps it alive (a database's pool), it is ended two seconds later, unless others listen to
 * the signal as well: then the end is theirs to decide. On a second signal it ends at once, with code 128 + the signal's number.
 *
 * All of it takes the drain and six seconds at most: give the drain less than whoever sends the signal allows (Kubernetes: 30
 * seconds). It is over as soon as everybody has left, so a load balancer that needs time to notice must get it before the signal
 * (Kubernetes: `preStop`). What fails, or isn't done in time, goes to the app's `onError`, and the exit code is 1.
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * closeOnSignal(app, { server, drain: "20s" });
 * ```
 */
export function closeOnSignal(app: App, options: SignalOptions = {}): () => void {
  const { onError } = internalsOf(app, "closeOnSignal").gateway;
  const { server, signals = ["SIGTERM", "SIGINT"] } = options;
  const drain = toMilliseconds(options.drain ?? "10s", "closeOnSignal: drain");
  if (server !== undefined && typeof server?.close !== "function") {
    throw new RealtimeError("INVALID_OPTIONS", "closeOnSignal: server must be one of node:http's.");
  }
  checkSignals(signals);
  let isEnding = false;

  const dispose = () => {
    for (const signal of signals) process.off(signal, hear);
  };

  function hear(signal: NodeJS.Signals): void {
    if (isEnding) process.exit(128 + constants.signals[signal]);
    isEnding = true;
    void end(signal);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    try {
      await inTime(app.close({ drain }), drain + CLOSE_GRACE);
    } catch (error) {
      process.exitCode = 1;
      onError(error);
    }
    if (server) await closeServer(server);
    dispose();
    // As it was before a listener kept the signal from ending the process; who else listens has reasons to go on.
    if (process.listenerCount(signal) === 0) setTimeout(() => process.exit(), EXIT_GRACE).unref();
  }

  for (const signal of signals) process.on(signal, hear);
  return dispose;
}

/** What it gives, unless that takes too long. */
async function inTime<T>(closing: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `closeOnSignal: the app wasn't closed ${milliseconds} ms after the signal. Does its broker answer?`;
    timer = setTimeout(() => reject(new RealtimeError("TRANSPORT_FAILED", message)), milliseconds);
  });
  try {
    return await Promise.race([closing, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when nothing is connected any more; cuts what takes too long. */
async function closeServer(server: ClosableServer): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections?.();
      // Sockets that were upgraded by others aren't the server's to close.
      resolve();
    }, REQUEST_GRACE);
    // A server that doesn't listen says so by an error, and is as closed as it can be.
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections?.();
  });
}

function checkSignals(signals: readonly NodeJS.Signals[]): void {
  const isGood = (signal: unknown) =>
    typeof signal === "string" && signal in constants.signals && signal !== "SIGKILL" && signal !== "SIGSTOP";
  if (Array.isArray(signals) && signals.length > 0 && signals.every(isGood)) return;
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `closeOnSignal: signals must be names of signals that can be caught, such as ["SIGTERM"]; got ${JSON.stringify(signals)}.`,
  );
}
