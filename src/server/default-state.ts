/**
 * What an app has that was given nothing: one memory transport and, in development, one random secret per process.
 * Both live on `globalThis`: Next and hot module replacement evaluate a module several times.
 */
import { type MemoryTransport, memory } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import { readSecrets, type SecretKey } from "./secrets.js";

interface DefaultState {
  transport?: MemoryTransport;
  secret?: string;
}

const KEY = Symbol.for("halyard.default-state");

function defaultState(): DefaultState {
  const scope = globalThis as { [KEY]?: DefaultState };
  scope[KEY] ??= {};
  return scope[KEY];
}

/** The process's own memory transport. It isn't closed with an app, since another may use it. */
export function defaultTransport(): MemoryTransport {
  const state = defaultState();
  state.transport ??= memory();
  return state.transport;
}

/** The secrets: the given ones, else `HALYARD_SECRET`, else, in development only, a random one. The first signs. */
export function resolveSecret(given: string | readonly SecretKey[] | undefined): readonly SecretKey[] {
  const env: Record<string, string | undefined> = globalThis.process?.env ?? {};
  const secret = given ?? env.HALYARD_SECRET;
  if (secret !== undefined) return readSecrets(secret);
  if (env.NODE_ENV === "production") {
    throw new RealtimeError(
      "MISSING_SECRET",
      "Tokens need a secret. Pass createRealtime({ secret }) or set HALYARD_SECRET, at least 32 characters, the same on every server.",
    );
  }
  const state = defaultState();
  if (state.secret === undefined) {
    state.secret = randomSecret();
    // biome-ignore lint/suspicious/noConsole: the one warning of a development server, printed once per process.
    console.warn(
      "[halyard] No secret: using a random one for this process. Set HALYARD_SECRET before production.",
    );
  }
  return [{ secret: state.secret }];
}

function randomSecret(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
