/** `POST …`: subscriptions over server-sent events, one response for all of them. */

import type { AppInternals } from "../app.js";
import { closeOver } from "../gateway/drain.js";
import { printFrame, readClientFrame } from "../gateway/frames.js";
import { CLOSE, type GatewayLimits } from "../gateway/limits.js";
import { createSession } from "../gateway/session.js";
import { CLOSED, Refusal, refusing } from "./answers.js";
import { readBody } from "./body.js";
import { createSseLine } from "./sse-line.js";

/** The first version, and as yet the only one. */
const VERSION = "halyard.v1";
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

  function open(request: Request, frames: readonly SubscribeText[]): Response {
    let gone: () => void;
    const over = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const line = createSseLine({
      drained: () => session.drained(),
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
    const session = createSession(context, line.socket);
    const restart = () => {
      session.closed();
      line.socket.close(CLOSE.RESTART, "The server restarts.");
      return over;
    };
    const age = setTimeout(
      () => {
        session.closed();
        line.finish();
      },
      maxAge * (1 - JITTER * Math.random()),
    );
    if (restarts.size === 0) internals.onClose(closeAll);
    restarts.add(restart);
    request.signal.addEventListener("abort", line.drop);

    for (const [i, { id, text }] of frames.entries()) {
      if (i < limits.subscriptions) session.receive(text);
      else line.socket.send(tooMany(id, limits.subscriptions));
    }
    return new Response(line.body, { headers: HEADERS });
  }

  return async (request) => {
    const body = await readBody(request, BODY_FRAMES * limits.frame);
    checkVersion(body.versions);
    const frames = await refusing(["BAD_FRAME"], () => readSubscriptions(body.subscriptions));
    if (internals.isClosing()) throw new Refusal("CLOSED", CLOSED);
    internals.checkReady();
    // Nobody would tell any more that the client has gone.
    if (request.signal.aborted) throw new Refusal("INVALID_REQUEST", "The client has gone.");
    return open(request, frames);
  };
}

function checkVersion(versions: unknown): void {
  if (!Array.isArray(versions)) {
    throw new Refusal("INVALID_REQUEST", `"versions" must be an array, such as ["${VERSION}"].`);
  }
  if (!versions.includes(VERSION)) throw new Refusal("PROTOCOL_VERSION", `This gateway speaks ${VERSION}.`);
}

interface SubscribeText {
  readonly id: number;
  readonly text: string;
}

/** The `subscribe` frame of each, in the order that a session takes them. */
function readSubscriptions(given: unknown): readonly SubscribeText[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new Refusal("INVALID_REQUEST", '"subscriptions" must be an array of at least one subscription.');
  }
  const frames = given.map((subscription) => {
    const text = JSON.stringify({ ...Object(subscription), type: "subscribe" });
    return { id: readClientFrame(text).id, text };
  });
  frames.sort((a, b) => a.id - b.id);
  const again = frames.find(({ id }, i) => id === frames[i - 1]?.id);
  if (again) throw new Refusal("BAD_FRAME", `Subscription id ${again.id} stands twice.`);
  return frames;
}

const tooMany = (id: number, most: number) =>
  printFrame({
    type: "ended",
    id,
    code: "TOO_MANY_SUBSCRIPTIONS",
    message: `A request carries at most ${most} subscriptions.`,
    retry: false,
  });
