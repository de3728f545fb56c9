/** Keeps one subscription supplied: gets tokens, joins a connection, resumes after every loss. */
import { RealtimeError } from "../errors.js";
import { failed, guard, report } from "../handlers.js";
import type { AnyMessage } from "../message.js";
import { createSubscription, type Subscription } from "../subscription.js";
import { type PlainToken, readToken } from "../token.js";
import type { Backoff } from "./backoff.js";
import type { Entry, Subscriber } from "./entry.js";
import type { Line } from "./line.js";
import type { Plan } from "./options.js";
import { type Pair, readPair } from "./pair.js";
import type { Status } from "./types.js";

/** What is said to whoever still subscribes. */
export const closedClient = () => new RealtimeError("CLOSED", "The client was closed.");

/** Keeps what ends a feed, and what has it try at once whatever it waits for. Without the latter, lets go of both. */
type Track = (close: () => void, retry?: () => void) => void;

/** The line to the gateway of a token. Throws `INVALID_OPTIONS`. */
type LineFor = (plan: Plan, token: PlainToken) => Line;

/** Calls a token function, or joins a call of it that is under way. */
type Ask = (source: () => unknown) => Promise<unknown>;

/** Resolves once the gateway has subscribed; rejects with what no second attempt can mend. */
export const openFeed = (
  plan: Plan,
  track: Track,
  lineFor: LineFor,
  ask: Ask,
  backoff: Backoff,
): Promise<Subscription<AnyMessage>> =>
  new Promise((resolve, reject) => {
    const { token: source, topics, onError, onStatus, signal } = plan;
    let channel = plan.channel;
    // What to resume after, while it has no place on the line.
    let after = plan.after ?? undefined;
    let status: Status | undefined;
    let line: Line | undefined;
    // Its place on the line; unset while it has none.
    let entry: Entry | undefined;
    let key: string | undefined;
    // When the gateway answered; unset while it owes an answer.
    let openedAt: number | undefined;
    // Of the next attempt, or of a fresh token.
    let timer: ReturnType<typeof setTimeout> | undefined;
    // By a slow reader.
    let isHeldBack = false;
    // Nobody may find it: it was let go of, or is over.
    let isAway = false;
    // Whether something may be missing, of which nobody was told yet.
    let isLacking: unknown;
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
      print: (_, [id, payload]) => JSON.stringify({ channel, id, ...payload }),
      flow: {
        pause() {
          // Without a history there is nothing to catch up from: what doesn't fit becomes a gap.
          if (isLossy()) return;
          isHeldBack = true;
          leave();
        },
        resume() {
          if (!isHeldBack) return;
          isHeldBack = false;
          start();
        },
        close: () => end(signal?.reason ?? closedClient()),
      },
    });

    function wake(): void {
      backoff.reset();
      if (entry) return;
      leave();
      start();
    }

    function setStatus(next: Status): void {
      if (status === next) return;
      status = next;
      guard(onStatus, next, onError);
    }

    function reconnecting(): void {
      if (status === "open") setStatus("reconnecting");
    }

    function tell(error: RealtimeError): void {
      if (onError) report(error, onError);
    }

    /** Whether what comes while it isn't subscribed is missing: the gateway has no history. */
    const isLossy = () => openedAt && entry?.after === undefined;

    function join(): void {
      isAway = status === "closed";
      if (isAway) return;
      track(subscription.close, wake);
      start();
    }

    /** Off the line, and nowhere to be found any more. */
    function quit(): void {
      isAway = true;
      track(subscription.close);
      leave();
      line?.leave(receive);
    }

    /** Takes it off the connection, or gives up the attempt to get there. */
    function leave(): void {
      turn++;
      clearTimeout(timer);
      isLacking ||= isLossy();
      openedAt = undefined;
      if (!entry) return;
      after = entry.after;
      line?.unsubscribe(entry, receive);
      entry = undefined;
    }

    /** Over for good: nothing of it is left behind. */
    function end(reason: RealtimeError): void {
      // Before there was an answer, the rejection says it all. What was closed has ended already.
      endSource(status === "connecting" ? undefined : reason);
      quit();
      setStatus("closed");
      reject(reason);
    }

    /** Subscribes anew. With an error, that is why, and the user is told; without, it is a matter of routine. */
    function again(error?: RealtimeError): void {
      leave();
      if (error) {
        reconnecting();
        tell(error);
      }
      start();
    }

    function start(): void {
      clearTimeout(timer);
      if (isAway || isHeldBack) return;
      const wait = Math.max(backoff.wait(), line?.wait() ?? 0);
      if (wait > 0) timer = setTimeout(attempt, wait);
      else attempt();
    }

    /** Gets a token, and subscribes; where it is subscribed, that is a fresh token for it. */
    async function attempt(): Promise<void> {
      const mine = turn;
      let isFatal = false;
      try {
        // Of a function, nothing more can be known here; what it gives is checked below.
        const given = typeof source === "function" ? await ask(source as () => unknown) : source;
        if (mine !== turn) return;
        // At first, what is no token is a mistake; later on, it is what an endpoint in trouble answers with.
        isFatal = status === "connecting";
        const token = readToken(given);
        const next = lineFor(plan, token);
        if (next !== line) {
          leave();
          line?.leave(receive);
          line = next;
          if (line.wait() > 0) return start();
        }
        key = token.key;
        if (entry) return line.refresh(entry, key);
        // The gateway refuses a token for another channel.
        const meant = channel ?? token.channel;
        // Of an unknown channel or of unknown topics, only the same token gives the same.
        const same = JSON.stringify([meant ?? key, [topics ?? token.topics ?? key].flat().sort()]);
        entry = line.subscribe(receive, { token: key, channel: meant, topics, after, key: same });
        if (entry.opened) receive(entry.opened);
      } catch (cause) {
        if (mine !== turn) return;
        const error = failed("TOKEN_REQUEST_FAILED", "The token function", cause);
        if (isFatal) end(error);
        else missed(error);
      }
    }

    /** It got no token, or none that is any good. What it has may be good for a while. */
    function missed(error: RealtimeError): void {
      backoff.missed();
      if (entry) {
        tell(error);
        start();
      } else again(error);
    }

    /** A fresh token is due when a tenth of the time is left that this one has. */
    function renew(): void {
      // It was just answered, on a place that it has: the answer says until when.
      const left = (entry?.until as number) - Date.now();
      clearTimeout(timer);
      if (typeof source === "function" && left > 0) {
        // A timer for more than 31 bits would fire at once.
        timer = setTimeout(attempt, Math.min(Math.max(left * 0.9, 250), 2 ** 31 - 1));
      }
      plan.onStand?.(entry?.after);
    }

    const receive: Subscriber = (frame, pair, size) => {
      // What doesn't fit any more will come again, after the position.
      if (pair) push(pair, size);
      switch (frame.type) {
        case "subscribed":
          // Now, since what one loads anew is complete only now. It may be subscribed still, where a one-way wire asked anew.
          if (isLacking || isLossy()) gap({ reason: "no-replay", after: undefined });
          isLacking = false;
          channel = frame.channel;
          openedAt = Date.now();
          setStatus("open");
          renew();
          resolve(subscription);
          break;
        case "refreshed":
          renew();
          break;
        case "refused":
          if (typeof source === "function") missed(new RealtimeError(frame.code, frame.message));
          break;
        case "gap":
          gap({ reason: frame.reason, after: frame.after ?? undefined });
          break;
        case "ended":
        case "lost": {
          const isEnded = frame.type === "ended";
          const error = isEnded ? new RealtimeError(frame.code, frame.message) : frame.error;
          // The same token again would be refused again. But it may have been another subscriber's.
          const isOver = !frame.retry || (typeof source !== "function" && /EXPIRED|REVOKED/.test(error.code));
          if (isEnded) backoff.missed(openedAt);
          if (isOver && !(isEnded && entry?.token !== key)) end(error);
          else again(openedAt && error.code === "TOKEN_EXPIRED" ? undefined : error);
        }
      }
    };

    plan.onSteer?.({
      pause() {
        quit();
        reconnecting();
      },
      resume: join,
      close: subscription.close,
    });
    setStatus("connecting");
    join();
  });
