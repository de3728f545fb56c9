/** Where the gateway is. */
import { refuse } from "./options.js";

/** The absolute `http:` or `https:` address of what may be relative to the page's origin. Throws `INVALID_OPTIONS`. */
export function resolveUrl(url: string): string {
  try {
    const { href } = new URL(url.split("#")[0] as string, globalThis.location?.origin);
    const address = href.replace(/^ws/, "http");
    if (/^http/.test(address)) return address;
  } catch {
    // No address, or a path where no page says whose: said below.
  }
  refuse(`give an absolute url, not "${url}"`);
}
