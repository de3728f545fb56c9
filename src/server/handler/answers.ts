/** What the handler answers when it refuses: a status, and `{ error: { code, message } }`. */
import { isRealtimeError, RealtimeError, type RealtimeErrorCode } from "../../errors.js";

/** The HTTP status of each code that a client can be refused with (`docs/PROTOCOL.md`, section 5). */
const STATUS = {
  BAD_FRAME: 400,
  INVALID_REQUEST: 400,
  TOKEN_EXPIRED: 401,
  TOKEN_INVALID: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_REVOKED: 401,
  FORBIDDEN: 403,
  ORIGIN_REFUSED: 403,
  TOKEN_SCOPE: 403,
  UNKNOWN_CHANNEL: 404,
  UNSUPPORTED: 404,
  PROTOCOL_VERSION: 406,
  FRAME_TOO_LARGE: 413,
  UNKNOWN_TOPIC: 422,
  RATE_LIMITED: 429,
  CLOSED: 503,
  OVERLOADED: 503,
} as const satisfies Partial<Record<RealtimeErrorCode, number>>;

export type RefusalCode = keyof typeof STATUS;

interface RefusalOptions {
  /** Default: that of the code. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** That was asked for, for the server's own eyes. */
  readonly channel?: string;
}

/** Characters that a channel's name has at most. What a client says of it may be longer. */
const MAX_NAME = 255;

/**
 * What a client is told. Thrown in the handler alone: an error of any other make is the server's own affair, whatever
 * its code.
 */
export class Refusal extends RealtimeError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly channel: string | undefined;

  constructor(code: RefusalCode, message: string, { status, headers = {}, channel }: RefusalOptions = {}) {
    super(code, message);
    this.status = status ?? STATUS[code];
    this.headers = headers;
    this.channel = channel?.slice(0, MAX_NAME);
  }
}

/** What a client is told of a server that goes; what the app says of it is meant for its developer. */
export const CLOSED = "The server restarts. Try again.";

/** Runs a step whose errors of these codes are the client's to know. Others are thrown as they are. */
export async function refusing<T>(codes: readonly RefusalCode[], step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = isRealtimeError(error) && codes.find((one) => one === error.code);
    if (!code) throw error;
    throw new Refusal(code, code === "CLOSED" ? CLOSED : (error as RealtimeError).message);
  }
}

const NO_STORE = { "cache-control": "no-store" };

/** 200, as JSON. */
export const success = (body: object): Response => Response.json(body, { headers: NO_STORE });

/** The answer to what was thrown. What isn't a {@link Refusal} goes to `onError`, and none of it to the client. */
export function failure(error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof Refusal) {
    const { code, message, status, headers } = error;
    return Response.json({ error: { code, message } }, { status, headers: { ...NO_STORE, ...headers } });
  }
  onError(error);
  return Response.json(
    { error: { code: "INTERNAL", message: "Something went wrong on the server." } },
    { status: 500, headers: NO_STORE },
  );
}
