/** Keeps one subscription supplied: gets tokens, joins a connection, resumes after every loss. */
import { RealtimeError } from "../errors.js";
import { failed, guard, report } from "../handlers.js";
import type { AnyMessage } from "../message.js";
import { isNotAfter } from "../position.js";
import { createSubscription, type Subscription } from "../subscription.js";
import { readToken } from "../token.js";
import { createBackoff } from "./backoff.js";
import type { SubscriptionFrame } from "./frames.js";
import type { Line } from "./line.js";
import type { Plan } from "./options.js";
import { type Pair, printPair, readPair } from "./pair.js";
import type { Status } from "./types.js";

/** What is said to whoever still subscribes. */
export const closedClient = () => new RealtimeError("CLOSED", "The client was closed.");

/** What a feed needs of its client. */
export interface FeedContext {
  random(): number;
  /** The line to the gateway of a token that has this `url`. Throws `INVALID_OPTIONS`. */
  lineFor(plan: Plan, url: string | undefined): Line;
  /** What ends the feeds that are still going on, for when the client closes. */
  readonly endings: Set<() => void>;
}

/** Resolves once the gateway has subscribed; rejects with what no second attempt can mend. */
export const openFeed = (plan: Plan, context: FeedContext): Promise<Subscription<AnyMessage>> =>
  new Promise((resolve, reject) => {
    const { token: source, topics, onError, onStatus, signal } = plan;
    const backoff = createBackoff(context.random);
    let channel = plan.channel;
    // What to resume after; `null` where the gateway has no history.
    let position: string | null | undefined = plan.after ?? undefined;
    let status: Status | undefined;
    let line: Line | undefined;
    let unsubscribe: (() => void) | undefined;
    // When the gateway answered; unset while it owes an answer.
    let openedAt: number | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isHeldBack = false;
    // Counts attempts: what an earlier one still brings is ignored.
    let turn = 0;

    const {
      push,
      gap,
      end: endSource,
      subscription,
    } = createSubscription<AnyMessage, Pair>({
      ...plan,
      read: (pair) => readPair(channel as string, pair, plan.schemas),
      print: (_, pair) => printPair(channel as string, pair),
      flow: {
        pause() {
          // Without a history there is nothing to catch up from: what doesn't fit becomes a gap.
          if (position === null) return;
          isHeldBack = true;
          leave();
        },
        resume() {
          if (isHeldBack) start();
          isHeldBack = false;
        },
        close: () => end(signal?.reason ?? closedClient()),
      },
    });

    function setStatus(next: Status): void {
      if (status === next) return;
      status = next;
      guard(onStatus, next, onError);
    }

    /** Takes it off the connection, or gives up the attempt to get there. */
    function leave(): void {
      turn++;
      clearTimeout(timer);
      openedAt = undefined;
      unsubscribe?.();
    }

    /** Over for good: nothing of it is left behind. */
    function end(reason: unknown): void {
      context.endings.delete(subscription.close);
      leave();
      line?.leave();
      line = undefined;
      setStatus("closed");
      reject(reason);
    }

    function giveUp(error: RealtimeError): void {
      // Before there was an answer, the rejection says it all.
      endSource(status === "connecting" ? undefined : error);
      end(error);
    }

    /** Subscribes anew. With an error, that is why, and the user is told; without, it is a matter of routine. */
    function again(error?: RealtimeError): void {
      if (openedAt !== undefined && position === null) gap({ reason: "no-replay", after: undefined });
      leave();
      if (error) {
        if (status === "open") setStatus("reconnecting");
        if (onError) report(error, onError);
      }
      start();
    }

    function start(): void {
      if (status === "closed") return;
      const wait = Math.max(backoff.wait(), line?.wait() ?? 0);
      if (wait > 0) timer = setTimeout(attempt, wait);
      else attempt();
    }

    async function attempt(): Promise<void> {
      const mine = turn;
      let isFatal = false;
      try {
        const given = typeof source === "function" ? await source() : source;
        if (mine !== turn) return;
        // At first, what is no token is a mistake; later on, it is what an endpoint in trouble answers with.
        isFatal = status === "connecting";
        const token = readToken(given);
        isFatal = true;
        const next = context.lineFor(plan, token.url);
        if (next !== line) {
          line?.leave();
          line = next;
          line.join();
          if (line.wait() > 0) return start();
        }
        unsubscribe = line.subscribe(receive, {
          token: token.key,
          // The gateway refuses a token for another one.
          channel: channel ?? token.channel,
          topics,
          after: position ?? undefined,
        });
      } catch (cause) {
        if (mine !== turn) return;
        const error = isFatal
          ? failed("CONNECT_FAILED", "The wire", cause)
          : failed("TOKEN_REQUEST_FAILED", "The token function", cause);
        backoff.missed();
        if (isFatal) giveUp(error);
        else again(error);
      }
    }

    /** The gateway gets it back one day, and would refuse the whole connection for a wrong one. */
    function keep(next: string | null): void {
      if (next !== null && typeof next !== "string") throw new TypeError("position");
      position = next;
    }

    function receive(frame: SubscriptionFrame, size: number): void {
      switch (frame.type) {
        case "subscribed":
          channel = frame.channel;
          keep(frame.position);
          openedAt = Date.now();
          setStatus("open");
          resolve(subscription);
          break;
        case "messages":
          for (const pair of frame.messages) {
            if (isNotAfter(pair[0], position ?? undefined)) continue;
            if (position !== null) keep(pair[0]);
            // What doesn't fit any more will come again, after the position.
            if (!push(pair, size / frame.messages.length) && position !== null) break;
          }
          break;
        case "gap":
          // Without a position, what there is stays good to resume from.
          if (frame.position !== null) keep(frame.position);
          gap({ reason: frame.reason, after: frame.after ?? undefined });
          break;
        case "moved":
          keep(frame.position);
          break;
        case "ended":
        case "lost": {
          const isExpired = frame.code === "TOKEN_EXPIRED";
          const error = new RealtimeError(frame.code, frame.message);
          const isRoutine = isExpired && openedAt !== undefined;
          if (frame.type === "ended") backoff.missed(openedAt);
          // The same token again would be refused again.
          if (!frame.retry || (isExpired && typeof source !== "function")) giveUp(error);
          else again(isRoutine ? undefined : error);
        }
      }
    }

    context.endings.add(subscription.close);
    setStatus("connecting");
    start();
  });
