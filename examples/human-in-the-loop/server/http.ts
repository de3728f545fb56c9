/** What `node:http` leaves to you: bodies, JSON, routes and the page's files. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Answers one route with what is sent as JSON. */
export type Route = (request: IncomingMessage, response: ServerResponse) => unknown;

/** The page's files, by path. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** What a route throws to answer with a status and a sentence. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const MAX_BODY = 10_000;

/** The body's members. Throws an {@link HttpError} where it isn't JSON, or is too long. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  // A form of another site can't send this type.
  if (request.headers["content-type"] !== "application/json") throw new HttpError(415, "Send JSON.");
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_BODY) throw new HttpError(413, "That is too much.");
  }
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new HttpError(400, "That isn't JSON.");
  }
}

/** Answers by route (`"GET /api/session"`), else with a file of the page. */
export function answering(routes: Readonly<Record<string, Route>>, files: Files): RequestListener {
  return async (request, response) => {
    const { method = "GET", url = "/" } = request;
    const path = url.split("?", 1)[0] ?? "/";
    const route = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
    if (route) return sendJson(response, () => route(request, response));
    const name = path === "/" ? "/index.html" : path;
    const file = method === "GET" ? files.get(name) : undefined;
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("content-type", TYPES[name.slice(name.lastIndexOf("."))] ?? "text/plain");
    response.end(file ?? "Nothing is here.");
  };
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

async function sendJson(response: ServerResponse, route: () => unknown): Promise<void> {
  let body: unknown;
  try {
    body = await route();
  } catch (error) {
    const isToldTo = error instanceof HttpError;
    if (!isToldTo) console.error(error);
    response.statusCode = isToldTo ? error.status : 500;
    body = { error: isToldTo ? error.message : "Something went wrong." };
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body ?? null));
}
