/** A wire from a client to a gateway of the same process: the whole protocol as text, and no socket. */

import { internalsOf } from "../server/app.js";
import type { App } from "../server/app-types.js";
import { closeOver } from "../server/gateway/drain.js";
import { CLOSE, type GatewayOptions, gatewayLimits } from "../server/gateway/limits.js";
import { createSession } from "../server/gateway/session.js";
import type { GatewaySocket, OutgoingFrame } from "../server/gateway/socket.js";
import type { Wire, WireConnection, WireEvents } from "../wire.js";

/** A wire to an app of this process. */
export interface InProcessWire extends Wire {
  /** Lines that are open. */
  readonly connections: number;
  /**
   * Clients stop reading from their lines, as a client on a slow network does: what the gateway sends waits, until that
   * is too much and it holds their subscriptions back.
   */
  hold(): void;
  /** Clients read again. */
  release(): void;
}

/** What a faulty wire can do to a line of this one, beside what it can do to every line. */
export interface InProcessConnection extends WireConnection {
  /** Whether the gateway's pings are answered. A network that takes frames away takes them away, too. */
  "~answerPings"(isAnswering: boolean): void;
}

const RESTART = [CLOSE.RESTART, "The server restarts."] as const;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What the connections of a wire share. */
interface Lines {
  readonly open: Set<Line>;
  isHeld: boolean;
}

/** A line, as the wire and the app's end see it. */
interface Line {
  deliver(): void;
  /** The gateway goes. */
  restart(): void;
}

/**
 * Client and gateway in one process, without sockets: tokens, frames, heartbeats, limits and close codes are those of a
 * real gateway, which `options` are for. What either end sends arrives in a microtask, in order, so that fake timers of
 * any test runner leave it alone. It ends with the app. `connect` throws for what `createRealtime` didn't give.
 *
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const client = createClient({ url: "http://localhost/api/realtime", wires: [inProcess(app)] });
 * const subscription = await client.subscribe({ token: await app.token({ channel: ch }), channel: ch });
 * await app.publish(ch.status, { message: "Starting…" });
 * ```
 */
export function inProcess(app: App, options: GatewayOptions = {}): InProcessWire {
  const internals = internalsOf(app, "inProcess");
  const limits = gatewayLimits(options);
  const lines: Lines = { open: new Set(), isHeld: false };
  const context = { ...internals.gateway, limits };

  internals.onClose((drain, hurry) => closeOver(lines.open, (line) => line.restart(), drain, hurry));

  return {
    name: "in-process",
    get connections() {
      return lines.open.size;
    },
    hold() {
      lines.isHeld = true;
    },
    release() {
      lines.isHeld = false;
      for (const line of [...lines.open]) line.deliver();
    },
    connect(_url, events) {
      return internals.isClosing() ? sentAway(events) : connect(context, events, lines);
    },
  };
}

/** A line that is closed as soon as it is open. */
function sentAway(events: WireEvents): WireConnection {
  let isOpen = true;
  const close = (code: number, reason: string) => {
    if (!isOpen) return;
    isOpen = false;
    events.closed(code, reason);
  };
  queueMicrotask(() => close(...RESTART));
  return { send: () => undefined, close };
}

type Context = Parameters<typeof createSession>[0];

function connect(context: Context, events: WireEvents, lines: Lines): InProcessConnection {
  // What is on its way to the client; the gateway's bound keeps it small.
  const frames: OutgoingFrame[] = [];
  let unwritten = 0;
  // How the gateway closed it, for when the client has read what came before.
  let ending: readonly [code: number, reason: string] | undefined;
  let isOpened = false;
  let isOpen = true;
  let isScheduled = false;
  let isAnswering = true;
  let owesAnswer = false;

  /** Off the line: nothing is told to the client any more. */
  function drop(): void {
    isOpen = false;
    frames.length = 0;
    lines.open.delete(line);
  }

  function closed(code: number, reason: string): void {
    if (!isOpen) return;
    drop();
    session.closed(code, reason);
    events.closed(code, reason);
  }

  function deliver(): void {
    if (isScheduled || !isOpen || lines.isHeld) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      const had = frames.length > 0;
      while (isOpen && !lines.isHeld) {
        const frame = frames.shift();
        if (!frame) break;
        unwritten -= frame.text.length;
        events.frame(decoder.decode(frame.text));
      }
      if (!isOpen || frames.length > 0) return;
      if (had) session.drained();
      if (ending && frames.length === 0) closed(...ending);
    });
  }

  const line: Line = {
    deliver,
    restart() {
      session.closed(...RESTART);
      // Who doesn't read doesn't hear it either.
      if (lines.isHeld) closed(1006, "");
      ending ??= RESTART;
      deliver();
    },
  };

  lines.open.add(line);
  // First of all: the gateway sends its welcome at once.
  queueMicrotask(() => {
    isOpened = true;
    if (isOpen) events.open();
  });
  const seen = context.connect?.("in-process");
  const socket: GatewaySocket = {
    send(frame) {
      if (!isOpen || ending) return;
      frames.push(frame);
      unwritten += frame.text.length;
      deliver();
    },
    get unwritten() {
      return unwritten;
    },
    ping() {
      owesAnswer = true;
      answer();
    },
    close(code, reason) {
      ending ??= [code, reason];
      deliver();
    },
    terminate: () => queueMicrotask(() => closed(1006, "")),
  };
  const session = createSession(context, socket, seen);

  function answer(): void {
    if (!owesAnswer || !isAnswering) return;
    owesAnswer = false;
    queueMicrotask(() => isOpen && session.alive());
  }

  return {
    send(text) {
      if (!isOpened || !isOpen) return;
      queueMicrotask(() => {
        if (encoder.encode(text).length > context.limits.frame) closed(1009, "The frame is too large.");
        else session.receive(text);
      });
    },
    close(code, reason) {
      if (!isOpen) return;
      drop();
      // What was sent before arrives before.
      queueMicrotask(() => session.closed(code));
      events.closed(code, reason);
    },
    "~answerPings"(next) {
      isAnswering = next;
      answer();
    },
  };
}
