/** Where the gateway is. */
import { RealtimeError } from "../errors.js";

/** The absolute address, `http:` or `https:`, of one that may be relative to the page's origin. Throws `INVALID_OPTIONS`. */
export function resolveUrl(url: string): string {
  try {
    const { href, hash } = new URL(url, globalThis.location?.origin);
    const http = href.slice(0, href.length - hash.length).replace(/^ws/, "http");
    if (/^https?:/.test(http)) return http;
  } catch {
    // No address, or a path where no page says whose: said below.
  }
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `subscribe: url "${url}" leads nowhere from here. Give an absolute one: "https://example.com/api/realtime".`,
  );
}
