/** Which pages a gateway serves, by the `Origin` header that a browser sends (RFC 6454, section 7). */
import { RealtimeError } from "../../errors.js";

export interface Origins {
  /** Whether a request is served. Without the header it isn't a browser's, and is. */
  allows(origin: string | null | undefined): boolean;
  /** Whether the list names the origin: then a page may be told so, and send credentials. */
  lists(origin: string | null | undefined): boolean;
}

/**
 * Reads the option `origins`; `undefined` allows all. `caller` names the function in the error.
 * Throws `INVALID_OPTIONS` for what no browser would send: a path, a trailing slash, no scheme.
 *
 * @example
 * ```ts
 * checkOrigins(["https://app.example.com"], "createHandler").allows("https://evil.example"); // false
 * ```
 */
export function checkOrigins(origins: readonly string[] | undefined, caller: string): Origins {
  if (origins === undefined) return { allows: () => true, lists: () => false };
  if (!Array.isArray(origins)) throw refuse(caller, "must be an array");
  const listed = new Set<string>();
  for (const origin of origins) {
    if (typeof origin !== "string" || originOf(origin) !== origin.toLowerCase())
      throw refuse(caller, `has ${JSON.stringify(origin)}`);
    listed.add(origin.toLowerCase());
  }
  const lists = (origin: string | null | undefined) => typeof origin === "string" && listed.has(origin);
  return { allows: (origin) => origin === undefined || origin === null || lists(origin), lists };
}

/** As a browser writes it: without a default port. Schemes of apps (`capacitor://localhost`) have no origin in the URL API. */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/i.test(text)) return undefined;
  try {
    const { origin, protocol, host } = new URL(text);
    return origin === "null" ? `${protocol}//${host}` : origin;
  } catch {
    return undefined;
  }
}

const refuse = (caller: string, what: string) =>
  new RealtimeError(
    "INVALID_OPTIONS",
    `${caller}: origins ${what}. List origins as browsers send them, such as "https://app.example.com".`,
  );
