/** `createHandler`: what a server answers over plain HTTP, as `Request → Response`. Now: the token endpoint. */
import type { Duration } from "../duration.js";
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../errors.js";
import type { AnyRegistry, Registry, RegistryMatch } from "../registry.js";
import { internalsOf } from "./app.js";
import type { App } from "./app-types.js";

/** What `authorize` is asked. Narrow `params` and `topics` by `entry`, the channel's key in the registry. */
export type AuthorizeRequest<R> =
  RegistryMatch<R> extends infer Match
    ? Match extends {
        readonly entry: infer E;
        readonly channel: infer C;
        readonly params: infer P;
        readonly topics: infer T;
      }
      ? {
          readonly request: Request;
          readonly entry: E;
          readonly channel: C;
          readonly params: P;
          /** The topics that are asked for. */
          readonly topics: T;
        }
      : never
    : never;

/** What `authorize` answers: yes, no, or yes with these terms. */
export type Authorization =
  | boolean
  | {
      /** Only these of the topics that were asked for. */
      readonly topics?: readonly string[] | undefined;
      readonly expiresIn?: Duration | undefined;
      /** Whom the token is for: its claim `sub`. */
      readonly subject?: string | undefined;
    };

export interface HandlerOptions<R> {
  /** The channels that a token can be asked for. */
  readonly channels: Registry<R>;
  /**
   * Your own check: who is asking, and may they? Without a yes there is no token. An error that it throws is a 500, and
   * goes to the app's `onError`.
   */
  readonly authorize: (request: AuthorizeRequest<R>) => Authorization | Promise<Authorization>;
}

/** Bytes of a request's body. */
const MAX_BODY = 16_384;

const STATUS: Partial<Record<RealtimeErrorCode, number>> = {
  INVALID_REQUEST: 400,
  INVALID_NAME: 400,
  FORBIDDEN: 403,
  UNKNOWN_CHANNEL: 404,
  UNKNOWN_TOPIC: 422,
  CLOSED: 503,
};

/**
 * Makes the handler: `POST …/token` with `{ channel, topics? }` gives a token, if `authorize` says so. Mount it under
 * the gateway's path. Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const handler = createHandler(app, {
 *   channels: registry({ pipeline }),
 *   authorize: async ({ request, params }) => (await userOf(request)).owns(params.runId),
 * });
 * export const POST = handler; // a Next route handler at app/api/realtime/token/route.ts
 * ```
 */
export function createHandler<R>(
  app: App,
  options: HandlerOptions<R>,
): (request: Request) => Promise<Response> {
  const { gateway } = internalsOf(app, "createHandler");
  const { channels, authorize } = options ?? {};
  if (typeof authorize !== "function" || typeof channels?.match !== "function") {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      "createHandler needs { channels: registry({ … }), authorize }.",
    );
  }

  async function answer(request: Request): Promise<Response> {
    if (!/\/token\/?$/.test(new URL(request.url).pathname)) {
      return failure(404, "INVALID_REQUEST", "There is nothing here. A token is had by POST …/token.");
    }
    if (request.method !== "POST") {
      const response = failure(405, "INVALID_REQUEST", "A token is had by POST.");
      response.headers.set("allow", "POST");
      return response;
    }
    const asked = await readBody(request);
    // Every entry of a registry has the same shape at run time.
    const match = (channels as unknown as AnyRegistry).match(asked.channel);
    if (!match) throw new RealtimeError("UNKNOWN_CHANNEL", "No channel has that name.");
    const topics = asked.topics ?? match.topics;
    const unknown = topics.find((topic) => !match.topics.includes(topic));
    if (unknown !== undefined) {
      throw new RealtimeError("UNKNOWN_TOPIC", `No such topic. Its topics: ${match.topics.join(", ")}.`);
    }
    const { entry, channel, params } = match;
    // What the registry's types say of each entry holds for the one that matched.
    const question = { request, entry, channel, params, topics } as unknown as AuthorizeRequest<R>;
    const terms = await authorize(question);
    if (terms === false || terms === null || (terms !== true && typeof terms !== "object")) {
      throw new RealtimeError("FORBIDDEN", "You may not have a token for this channel.");
    }
    const { topics: allowed = topics, ...life } = terms === true ? {} : terms;
    const granted = topics.filter((topic) => allowed.includes(topic));
    if (granted.length === 0)
      throw new RealtimeError("FORBIDDEN", "You may not have a token for these topics.");
    const token = await app.token({ channel: channel.name, topics: granted, ...life });
    return Response.json(token, { headers: { "cache-control": "no-store" } });
  }

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      const status = isRealtimeError(error) ? STATUS[error.code] : undefined;
      if (isRealtimeError(error) && status !== undefined) return failure(status, error.code, error.message);
      gateway.onError(error);
      return failure(500, "INTERNAL", "Something went wrong on the server.");
    }
  };
}

async function readBody(
  request: Request,
): Promise<{ channel: string; topics: readonly string[] | undefined }> {
  const refuse = (what: string) => new RealtimeError("INVALID_REQUEST", what);
  // A form of another site can't send this type without asking first (CORS preflight).
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw refuse("Send the body as application/json.");
  }
  let body: unknown;
  try {
    body = JSON.parse(await readText(request));
  } catch (cause) {
    throw isRealtimeError(cause) ? cause : refuse("The body isn't JSON.");
  }
  const { channel, topics } = (body ?? {}) as Record<string, unknown>;
  if (typeof channel !== "string" || channel === "") throw refuse('"channel" must be the name of a channel.');
  if (topics === undefined) return { channel, topics };
  if (!Array.isArray(topics) || topics.length === 0 || topics.some((topic) => typeof topic !== "string")) {
    throw refuse('"topics" must be an array of at least one string.');
  }
  return { channel, topics };
}

/** Reads no further than the limit: `content-length` may be absent, or wrong. */
async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY)
      throw new RealtimeError("INVALID_REQUEST", `The body has more than ${MAX_BODY} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function failure(status: number, code: RealtimeErrorCode, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { "cache-control": "no-store" } });
}
