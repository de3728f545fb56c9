/** What a gateway allows, and how often it gives a sign of life. */
import { type Duration, toMilliseconds } from "../../duration.js";
import { RealtimeError } from "../../errors.js";

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
}

/** Milliseconds, bytes and counts. */
export interface GatewayLimits {
  readonly heartbeat: number;
  readonly idle: number;
  readonly frame: number;
  readonly subscriptions: number;
  readonly unwritten: number;
}

/** Fills in the defaults. Throws `INVALID_OPTIONS`. */
export function gatewayLimits(options: GatewayOptions): GatewayLimits {
  return {
    heartbeat: atLeast(toMilliseconds(options.heartbeat ?? "15s", "heartbeat"), 10, "heartbeat (in ms)"),
    idle: atLeast(toMilliseconds(options.idle ?? "10s", "idle"), 10, "idle (in ms)"),
    frame: atLeast(options.maxFrameBytes ?? 65_536, 1024, "maxFrameBytes"),
    subscriptions: atLeast(options.maxSubscriptions ?? 100, 1, "maxSubscriptions"),
    unwritten: atLeast(options.maxUnwrittenBytes ?? 1_048_576, 1024, "maxUnwrittenBytes"),
  };
}

function atLeast(value: number, least: number, what: string): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `${what} must be a number, ${least} or more; got ${String(value)}.`,
  );
}
