/** What both kinds of clients have in common. */
import type { Script } from "./script.js";

/** The part of an emitter that is used. */
export interface Listeners {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** Who waits for the end of which client. */
const waiting = new WeakMap<Listeners, Set<() => void>>();

/**
 * Calls back at any of some events of a client. Gives what stops that. The client keeps one listener for good: a client of
 * `redis` whose last listener was removed emits nothing any more, to nobody.
 */
export function onAny(client: Listeners, events: readonly string[], callback: () => void): () => void {
  const known = waiting.get(client);
  const callbacks = known ?? new Set();
  if (!known) {
    waiting.set(client, callbacks);
    for (const event of events) {
      client.on(event, () => {
        for (const each of [...callbacks]) each();
      });
    }
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}

/** Runs a script by its hash, and by its text where the server doesn't know it: as after a restart. */
export async function runBy(
  script: Script,
  byHash: (sha: string) => Promise<unknown>,
  byText: (text: string) => Promise<unknown>,
): Promise<unknown> {
  const sha = await script.sha;
  try {
    return await byHash(sha);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return byText(script.text);
  }
}

const isUnknownScript = (error: unknown) => error instanceof Error && error.message.startsWith("NOSCRIPT");

const decoder = new TextDecoder();

/** A reply as text: a client may be set to give bytes. */
export const textOf = (reply: unknown): string =>
  reply instanceof Uint8Array ? decoder.decode(reply) : typeof reply === "string" ? reply : "";
