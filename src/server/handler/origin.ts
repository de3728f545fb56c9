/** Which pages may ask, and what they are told of it: CORS, and the defence of what cookies open. */
import { RealtimeError } from "../../errors.js";
import { checkOrigins } from "../gateway/origins.js";
import { Refusal } from "./answers.js";

/** Seconds that a browser may remember a preflight's answer: two hours, the most that Chromium takes. */
const MAX_AGE = "7200";
/** A header's name (RFC 9110, section 5.1). */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

export interface OriginPolicy {
  /** Throws `ORIGIN_REFUSED` for a page that the list leaves out. */
  check(request: Request): void;
  /**
   * Throws `ORIGIN_REFUSED` where a page of another origin asks and isn't listed, list or no list: the browser may have
   * sent the user's cookies along. It is the algorithm of Go's `http.CrossOriginProtection`
   * (https://words.filippo.io/csrf/): by `Sec-Fetch-Site`, else by `Origin` and `Host`; who sends neither is no browser.
   */
  checkCredentials(request: Request): void;
  /** Adds the CORS headers, for listed origins only. */
  describe(request: Request, response: Response, withCredentials: boolean): Response;
  /** The answer to `OPTIONS`. */
  preflight(request: Request, allow: string, withCredentials: boolean): Response;
}

/** Throws `INVALID_OPTIONS`. */
export function originPolicy(
  origins: readonly string[] | undefined,
  headers: readonly string[] = [],
  caller: string,
): OriginPolicy {
  const list = checkOrigins(origins, caller);
  if (!Array.isArray(headers) || !headers.every((name) => HEADER_NAME.test(name))) {
    throw new RealtimeError("INVALID_OPTIONS", `${caller}: headers must be an array of names of headers.`);
  }
  const allowedHeaders = ["content-type", "authorization", ...headers].join(", ");

  function describe(request: Request, response: Response, withCredentials: boolean): Response {
    if (origins === undefined) return response;
    response.headers.append("vary", "origin");
    const origin = request.headers.get("origin");
    if (origin === null || !list.lists(origin)) return response;
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-expose-headers", "retry-after");
    if (withCredentials) response.headers.set("access-control-allow-credentials", "true");
    return response;
  }

  return {
    describe,
    check({ headers }) {
      if (list.allows(headers.get("origin"))) return;
      throw new Refusal("ORIGIN_REFUSED", "Pages of this origin aren't served.");
    },
    checkCredentials(request) {
      if (list.lists(request.headers.get("origin")) || isSameOrigin(request)) return;
      throw new Refusal(
        "ORIGIN_REFUSED",
        "A page of another origin asks for a token. Where that is meant, the server lists it in origins.",
      );
    },
    preflight(request, allow, withCredentials) {
      const response = new Response(null, { status: 204, headers: { allow } });
      describe(request, response, withCredentials);
      if (!response.headers.has("access-control-allow-origin")) return response;
      response.headers.set("access-control-allow-methods", allow);
      response.headers.set("access-control-allow-headers", allowedHeaders);
      response.headers.set("access-control-max-age", MAX_AGE);
      return response;
    },
  };
}

function isSameOrigin({ headers, url }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site) return site === "same-origin" || site === "none";
  const origin = headers.get("origin");
  if (origin === null) return true;
  try {
    // Not the scheme: a proxy in front may have taken TLS off.
    return new URL(origin).host === (headers.get("host") ?? new URL(url).host).toLowerCase();
  } catch {
    // "null": a sandboxed frame, a file.
    return false;
  }
}
