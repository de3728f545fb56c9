/** One request that publishes, and what came of each of its messages. */
import { type Issue, RealtimeError, type RealtimeErrorCode } from "../errors.js";
import { resolveUrl } from "./url.js";

export type Answer = { readonly id: string } | { readonly error: unknown };

/** Milliseconds until an answer no longer counts as being on its way. */
const PATIENCE = 30_000;

/**
 * Sends it. Gives one answer per message, or the one error of them all. `stop` gives it up, and is aborted where no
 * answer comes in time.
 */
export async function post(
  url: string,
  body: string,
  count: number,
  fetch: typeof globalThis.fetch = globalThis.fetch,
  stop: AbortController,
): Promise<readonly Answer[] | RealtimeError> {
  const address = addressOf(url);
  if (!address) return new RealtimeError("INVALID_OPTIONS", `publish: give an absolute url, not "${url}".`);
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  let status = "";
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: stop.signal,
    });
    status = `: ${response.status}`;
    const { results, error } = await response.json();
    if (response.ok && results.length === count) return results.map(readAnswer);
    return readError(error);
  } catch (cause) {
    // A network that fails, a proxy that answers in the gateway's place, an answer that breaks off.
    return new RealtimeError(
      "CONNECTION_LOST",
      `publish: no answer of ${address}${status}. It may have been published; with a key, publishing it again is safe.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

const readAnswer = (result: { readonly id: string; readonly error?: never }): Answer =>
  result.error ? { error: readError(result.error) } : { id: result.id };

/** Throws where it is none. */
function readError(error: {
  readonly code: RealtimeErrorCode;
  readonly message: string;
  readonly issues?: readonly Issue[];
}): RealtimeError {
  if (typeof error.code !== "string") throw new TypeError("code");
  return new RealtimeError(error.code, error.message, { ...(error.issues && { issues: error.issues }) });
}

/** The gateway's address with the endpoint at the end of its path; `undefined` where it isn't one. */
function addressOf(url: string): string | undefined {
  try {
    // As text: nothing of React Native's URL can be set.
    return resolveUrl(url).replace(/\/?(\?.*)?$/, "/publish$1");
  } catch {
    return undefined;
  }
}
