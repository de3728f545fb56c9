/** What is published to one channel with one token: in order, one request at a time. */
import { RealtimeError, type RealtimeErrorCode } from "../errors.js";
import { failed } from "../handlers.js";
import { type PlainToken, readToken } from "../token.js";
import { type Answer, post } from "./publish-request.js";

/** What makes a lane: messages for which these are the same share it. */
export interface LaneKey {
  /** A token's key, or the function that gives one. */
  readonly by: unknown;
  readonly channel: string;
  readonly url: string | undefined;
  readonly fetch: typeof fetch | undefined;
}

export interface Lane {
  /** Takes a message, as the text that stands for it in a request. */
  publish(text: string, signal: AbortSignal | undefined): Promise<{ readonly id: string }>;
}

interface Entry {
  readonly text: string;
  /** Its caller was answered, or gave up. */
  isSettled: boolean;
  /** Gives up the request that carries it, where nobody else waits for that. */
  abandoned?: () => void;
  settle(result: Answer): void;
}

/** Messages that wait in one lane, those under way included. */
const MAX_WAITING = 1_000;
/** Messages and characters of one request; a single message may be larger. */
const MAX_MESSAGES = 100;
const MAX_LENGTH = 262_144;

const lanes = new Set<LaneKey & Lane>();
/** What functions gave, as long as the gateway takes it. */
const kept = new WeakMap<object, PlainToken>();

/** The lane of what is published so. It is gone when nothing waits in it. `source` is a token, or what gives one. */
export function joinLane(key: LaneKey, source: unknown): Lane {
  for (const lane of lanes) {
    if (
      lane.by === key.by &&
      lane.channel === key.channel &&
      lane.url === key.url &&
      lane.fetch === key.fetch
    )
      return lane;
  }
  const lane = { ...key, publish: createLane(key, source, () => lanes.delete(lane)) };
  lanes.add(lane);
  return lane;
}

function createLane({ channel, url, fetch }: LaneKey, source: unknown, emptied: () => void): Lane["publish"] {
  const waiting: Entry[] = [];
  let underWay: Entry[] = [];
  let isBusy = false;

  /** A kept token, unless a fresh one is asked for. */
  async function tokenOf(isFresh: boolean): Promise<PlainToken> {
    if (typeof source !== "function") return readToken(source);
    let token = isFresh ? undefined : kept.get(source);
    if (!token) {
      token = readToken(await source());
      kept.set(source, token);
    }
    return token;
  }

  /** Sends what waits. Where a function's token is refused, once more with a fresh one. */
  async function send(isFresh = false): Promise<void> {
    let token: PlainToken;
    try {
      token = await tokenOf(isFresh);
    } catch (cause) {
      const error = failed("TOKEN_REQUEST_FAILED", "The token function", cause);
      for (const entry of [...underWay, ...waiting.splice(0)]) entry.settle({ error });
      return;
    }
    if (!isFresh) underWay = take();
    // All may have given up.
    const batch = underWay.filter(({ isSettled }) => !isSettled);
    if (batch.length === 0) return;
    const stop = new AbortController();
    for (const entry of batch) {
      entry.abandoned = () => batch.every(({ isSettled }) => isSettled) && stop.abort();
    }
    const body = `{"token":${JSON.stringify(token.key)},"channel":${JSON.stringify(channel)},"messages":[${batch.map(({ text }) => text)}]}`;
    const answers = await post(url ?? token.url ?? "/api/realtime", body, batch.length, fetch, stop);
    if ("code" in answers) {
      if (!isFresh && typeof source === "function" && answers.code.startsWith("TOKEN_")) {
        kept.delete(source);
        return send(true);
      }
      for (const entry of batch) entry.settle({ error: answers });
    } else batch.forEach((entry, i) => void entry.settle(answers[i] as Answer));
  }

  function take(): Entry[] {
    let length = 0;
    let count = 0;
    for (const { text } of waiting) {
      length += text.length;
      if (count === MAX_MESSAGES || (count > 0 && length > MAX_LENGTH)) break;
      count++;
    }
    return waiting.splice(0, count);
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await send();
      underWay = [];
    }
    isBusy = false;
    emptied();
  }

  return (text, signal) =>
    new Promise((resolve, reject) => {
      if (waiting.length + underWay.length >= MAX_WAITING) {
        return reject(error("OVERLOADED", `${MAX_WAITING} messages wait. Await publish(), or publish less.`));
      }
      const abort = () => {
        entry.settle({ error: signal?.reason });
        entry.abandoned?.();
      };
      const entry: Entry = {
        text,
        isSettled: false,
        settle(answer) {
          entry.isSettled = true;
          signal?.removeEventListener("abort", abort);
          if ("error" in answer) reject(answer.error);
          else resolve(answer);
        },
      };
      signal?.addEventListener("abort", abort);
      waiting.push(entry);
      if (isBusy) return;
      isBusy = true;
      // At the end of this tick: what it publishes goes together.
      queueMicrotask(run);
    });
}

const error = (code: RealtimeErrorCode, message: string) => new RealtimeError(code, `publish: ${message}`);
