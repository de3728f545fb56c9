/** A line to one client over server-sent events: a {@link GatewaySocket} that fills the body of a response. */
import { afterTurn } from "../after-turn.js";
import { type Envelope, type GatewaySocket, OutgoingFrame } from "../gateway/socket.js";

export interface SseLine {
  readonly body: ReadableStream<Uint8Array>;
  readonly socket: GatewaySocket;
  /** Ends the body after what was queued, as a matter of routine. */
  finish(): void;
  /** The client is gone: what is queued goes with it. */
  drop(): void;
}

export interface SseLineEvents {
  /** Everything that was queued has been pulled. */
  drained(): void;
  /** The gateway asks for a sign of life. */
  pinged(): void;
  /** The body is over, by either end. Exactly once. */
  gone(): void;
}

/** How long a reader may take for what is still queued when the line ends, in milliseconds. Then it is cut. */
const GRACE = 5_000;

const encoder = new TextEncoder();
const HEAD = encoder.encode("data: ");
const LF = 10;
const CR = 13;
const SPACE = 32;

/** One event, `data` alone. Shared by all lines that send the frame. */
export const SSE: Envelope = {
  wrap(text) {
    const event = new Uint8Array(HEAD.length + text.length + 2);
    event.set(HEAD);
    event.set(text, HEAD.length);
    // JSON has line breaks between its parts only, if at all, where a space does as well; here they would end the event.
    if (text.includes(LF) || text.includes(CR)) {
      for (let i = 0; i < event.length; i++) if (event[i] === LF || event[i] === CR) event[i] = SPACE;
    }
    event.fill(LF, -2);
    return event;
  },
};

/** Makes a line. What one turn of the event loop sends leaves as one chunk. */
export function createSseLine(events: SseLineEvents): SseLine {
  let parts: Uint8Array[] = [];
  let queued = 0;
  let isWanted = false;
  let isScheduled = false;
  let state: "open" | "ending" | "gone" = "open";
  let grace: ReturnType<typeof setTimeout> | undefined;
  let controller: ReadableStreamDefaultController<Uint8Array>;

  /** Hands on what is queued, where the reader waits for it. */
  function flush(): void {
    isScheduled = false;
    if (state === "gone") return;
    if (isWanted && queued > 0) {
      const chunk = parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts, queued);
      parts = [];
      queued = 0;
      isWanted = false;
      controller.enqueue(chunk);
    }
    if (queued > 0) return;
    if (state === "ending") end(() => controller.close());
    else events.drained();
  }

  function schedule(): void {
    if (isScheduled || !isWanted) return;
    isScheduled = true;
    afterTurn(flush);
  }

  function end(how: () => void): void {
    if (state === "gone") return;
    state = "gone";
    clearTimeout(grace);
    parts = [];
    queued = 0;
    how();
    events.gone();
  }

  const cut = () => end(() => controller.error(new Error("The gateway cut the line.")));

  function finish(): void {
    if (state !== "open") return;
    state = "ending";
    if (queued > 0) {
      grace = setTimeout(cut, GRACE);
      schedule();
    } else end(() => controller.close());
  }

  function send(frame: OutgoingFrame): void {
    if (state !== "open") return;
    const bytes = frame.in(SSE);
    parts.push(bytes);
    queued += bytes.length;
    schedule();
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        isWanted = true;
        // What has waited for the reader needn't wait for the turn's end.
        if (queued > 0) flush();
      },
      cancel: () => end(() => undefined),
    },
    // Nothing is taken before somebody reads: what is queued here can be told, what is queued there can't.
    { highWaterMark: 0 },
  );

  return {
    body,
    socket: {
      send,
      get unwritten() {
        return queued;
      },
      ping: events.pinged,
      close(code, reason) {
        send(new OutgoingFrame(encoder.encode(JSON.stringify({ type: "close", code, reason }))));
        finish();
      },
      terminate: cut,
    },
    finish,
    drop: () => end(() => controller.close()),
  };
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
