/** How an app closes: first its gateways, over a time; then everything else. */
import { type Duration, toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";
import { MAX_TIMEOUT } from "./gateway/limits.js";

/** Closes a gateway over `drain` milliseconds, 0 for at once. Where `hurry` aborts, the rest goes at once after all. */
export type Ending = (drain: number, hurry: AbortSignal) => Promise<void>;

export interface Shutdown {
  /** Whether `app.close` was called: nobody is let in any more. */
  isClosing(): boolean;
  /** Whether the drain is over: nothing is published any more. */
  isOver(): boolean;
  /** Called once, when the app closes, before its transport does. */
  onClose(close: Ending): void;
  /** It has closed before the app did. */
  offClose(close: Ending): void;
  close(options?: { readonly drain?: Duration | undefined }): Promise<void>;
}

interface Steps {
  /** Resolves when everything that was published is settled. */
  flush(): Promise<void>;
  end(): Promise<void>;
}

export function createShutdown({ flush, end }: Steps): Shutdown {
  const gateways = new Set<Ending>();
  const hurry = new AbortController();
  let closing: Promise<void> | undefined;
  let over = false;
  let endsAt = 0;
  let sooner: ReturnType<typeof setTimeout> | undefined;

  async function run(drain: number): Promise<void> {
    over = drain === 0;
    // What was published before goes to the sockets before they close.
    if (over) await flush();
    const failure = await settled([...gateways].map((close) => close(drain, hurry.signal)));
    clearTimeout(sooner);
    over = true;
    await flush();
    // What fails in one gateway keeps nothing else open.
    await end();
    if (failure) throw failure.reason;
  }

  function hasten(drain: number): void {
    const at = Date.now() + drain;
    if (over || at >= endsAt) return;
    endsAt = at;
    clearTimeout(sooner);
    if (drain === 0) hurry.abort();
    else sooner = setTimeout(() => hurry.abort(), drain);
  }

  return {
    isClosing: () => closing !== undefined,
    isOver: () => over,
    onClose: (close) => void gateways.add(close),
    offClose: (close) => void gateways.delete(close),
    close(options) {
      let drain: number;
      try {
        drain = drainOf(options?.drain);
      } catch (error) {
        return Promise.reject(error);
      }
      if (closing) hasten(drain);
      else {
        endsAt = Date.now() + drain;
        closing = run(drain);
      }
      return closing;
    },
  };
}

function drainOf(given: Duration = 0): number {
  const drain = toMilliseconds(given, "close: drain");
  if (drain <= MAX_TIMEOUT) return drain;
  throw new RealtimeError("INVALID_OPTIONS", `close: drain must be at most ${MAX_TIMEOUT} ms.`);
}

async function settled(all: readonly Promise<void>[]): Promise<PromiseRejectedResult | undefined> {
  const results = await Promise.allSettled(all);
  return results.find((result) => result.status === "rejected");
}
