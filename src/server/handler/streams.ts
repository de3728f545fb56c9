/** `POST …`: subscriptions over server-sent events, one response for all of them. */
import type { AppInternals } from "../app.js";
import { closeOver } from "../gateway/drain.js";
import { printFrame } from "../gateway/frames.js";
import { CLOSE, type GatewayLimits } from "../gateway/limits.js";
import { createSession } from "../gateway/session.js";
import { CLOSED, Refusal } from "./answers.js";
import { readBody } from "./body.js";
import { createSseLine } from "./sse-line.js";
import { type AskedSubscriptions, readAsked } from "./subscriptions.js";

/** A stream ends up to so much of its age earlier: those that began together don't come back together. */
const JITTER = 0.1;
/** A request holds one frame's worth of tokens or several: the limit of its body, in frames. */
const BODY_FRAMES = 4;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  // "no-transform": a proxy, or a framework, that compresses would hold frames back.
  "cache-control": "no-store, no-transform",
  // nginx buffers unless told.
  "x-accel-buffering": "no",
};

/** What opens the streams of a handler. `maxAge` in milliseconds. */
export function createStreams(
  internals: AppInternals,
  limits: GatewayLimits,
  maxAge: number,
): (request: Request) => Promise<Response> {
  const context = { ...internals.gateway, limits };
  /** The open ones: what ends each because the server goes. */
  const restarts = new Set<() => Promise<void>>();
  const closeAll = (drain: number, hurry: AbortSignal) =>
    closeOver(restarts, (restart) => restart(), drain, hurry);

  function open(request: Request, { frames, refused }: AskedSubscriptions): Response {
    const seen = context.connect?.("sse", request.headers.get("origin") ?? undefined);
    let gone: () => void;
    const over = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const line = createSseLine({
      drained() {
        session.drained();
        refuse();
      },
      // Whether anybody reads, the line finds out by itself; for how long nobody may, its age says.
      pinged: () => session.alive(),
      gone() {
        session.closed();
        clearTimeout(age);
        // Through the request: were it collected, so would be, in Node, what aborts its signal.
        request.signal.removeEventListener("abort", line.drop);
        restarts.delete(restart);
        if (restarts.size === 0) internals.offClose(closeAll);
        gone();
      },
    });
    const session = createSession(context, line.socket, seen);
    const restart = () => {
      session.closed(CLOSE.RESTART, "The server restarts.");
      line.socket.close(CLOSE.RESTART, "The server restarts.");
      return over;
    };
    const age = setTimeout(
      () => {
        session.closed(1000, "The stream has its age.");
        line.finish();
      },
      maxAge * (1 - JITTER * Math.random()),
    );
    if (restarts.size === 0) internals.onClose(closeAll);
    restarts.add(restart);
    request.signal.addEventListener("abort", line.drop);

    let told = 0;
    /** No more at a time than may wait for a client that doesn't read. */
    const refuse = () => {
      while (told < refused.length && line.socket.unwritten <= limits.unwritten) {
        const { id, ...why } = refused[told++] as AskedSubscriptions["refused"][number];
        seen?.refused("subscribe", why);
        line.socket.send(printFrame({ type: "ended", id, ...why, retry: false }));
      }
    };
    for (const frame of frames) session.receive(frame);
    refuse();
    return new Response(line.body, { headers: HEADERS });
  }

  return async (request) => {
    const body = await readBody(request, BODY_FRAMES * limits.frame);
    const asked = await readAsked(body, limits);
    if (internals.isClosing()) throw new Refusal("CLOSED", CLOSED);
    internals.checkReady();
    // Nobody would tell any more that the client has gone.
    if (request.signal.aborted) throw new Refusal("INVALID_REQUEST", "The client has gone.");
    return open(request, asked);
  };
}
