/** What a gateway allows, and how often it gives a sign of life. */
import { type Duration, toMilliseconds } from "../../duration.js";
import { RealtimeError } from "../../errors.js";

/** Why a gateway closes a connection: `docs/PROTOCOL.md`, section 6. */
export const CLOSE = {
  BAD_FRAME: 4400,
  IDLE: 4401,
  ORIGIN: 4403,
  VERSION: 4406,
  ID_REUSED: 4409,
  TOO_MANY: 4429,
  RESTART: 1012,
} as const;

/** Options of a gateway. */
export interface GatewayOptions {
  /** How often a sign of life is sent, and expected. Default `"15s"`. */
  readonly heartbeat?: Duration | undefined;
  /** How long a socket may have no subscription. Default `"10s"`. */
  readonly idle?: Duration | undefined;
  /** Bytes that a client's frame may have. Default 65,536. */
  readonly maxFrameBytes?: number | undefined;
  /** Subscriptions that one connection may have. Default 100. */
  readonly maxSubscriptions?: number | undefined;
  /**
   * Bytes that may be on their way to one socket. Beyond, its subscriptions are held back at their positions, and go on
   * from the history when it reads again. Default 1,048,576.
   */
  readonly maxUnwrittenBytes?: number | undefined;
  /**
   * `subscribe` and `refresh` frames that one connection may send per second, since each costs a signature's check. So
   * many, or as many as `maxSubscriptions` where that is more, may come at once. Beyond, it is closed with 4429.
   * The same goes for all connections of a token's subject to this process together, of which ten times as many may come at
   * once, since a user's tabs reconnect together. Default 50.
   */
  readonly maxSubscribesPerSecond?: number | undefined;
  /**
   * Connections to this process that tokens of one subject may be used on, over all gateways of the app. The next one is
   * closed with 4429. Tokens without a subject aren't counted. Default 100.
   */
  readonly maxConnectionsPerSubject?: number | undefined;
  /**
   * Origins whose pages are served, such as `"https://app.example.com"`; others are closed with 4403 (over SSE: 403).
   * Clients that are no browsers send none, and are let in. Default: any origin, since it takes a token, and no cookie,
   * to receive anything.
   */
  readonly origins?: readonly string[] | undefined;
}

/** Milliseconds, bytes and counts. */
export interface GatewayLimits {
  readonly heartbeat: number;
  readonly idle: number;
  readonly frame: number;
  readonly subscriptions: number;
  readonly unwritten: number;
  readonly subscribesPerSecond: number;
  readonly connectionsPerSubject: number;
}

/** `setTimeout` holds 31 bits; what is longer would fire at once. */
export const MAX_TIMEOUT = 2_147_483_647;

/** Fills in the defaults. Throws `INVALID_OPTIONS`. */
export function gatewayLimits(options: GatewayOptions): GatewayLimits {
  return {
    heartbeat: lasting(options.heartbeat ?? "15s", "heartbeat"),
    idle: lasting(options.idle ?? "10s", "idle"),
    frame: atLeast(options.maxFrameBytes ?? 65_536, 1024, "maxFrameBytes"),
    subscriptions: atLeast(options.maxSubscriptions ?? 100, 1, "maxSubscriptions"),
    unwritten: atLeast(options.maxUnwrittenBytes ?? 1_048_576, 1024, "maxUnwrittenBytes"),
    subscribesPerSecond: atLeast(options.maxSubscribesPerSecond ?? 50, 1, "maxSubscribesPerSecond"),
    connectionsPerSubject: atLeast(options.maxConnectionsPerSubject ?? 100, 1, "maxConnectionsPerSubject"),
  };
}

function lasting(value: Duration, what: string): number {
  const milliseconds = atLeast(toMilliseconds(value, what), 10, `${what} (in ms)`);
  if (milliseconds <= MAX_TIMEOUT) return milliseconds;
  throw new RealtimeError("INVALID_OPTIONS", `${what} must be at most ${MAX_TIMEOUT} ms.`);
}

function atLeast(value: number, least: number, what: string): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `${what} must be a number, ${least} or more; got ${String(value)}.`,
  );
}
