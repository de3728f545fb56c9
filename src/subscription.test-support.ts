/** What the tests of subscriptions share. */
import { RealtimeError } from "./errors.js";
import { createSubscription, type SubscriptionOptions } from "./subscription.js";
import type { Gap } from "./transport.js";

export interface Message {
  readonly n: number;
}
type Options = Partial<SubscriptionOptions<Message, Message>>;

export function setUp(options: Options = {}) {
  const calls: string[] = [];
  const producer = createSubscription<Message, Message>({
    flow: {
      pause: () => calls.push("pause"),
      resume: () => calls.push("resume"),
      close: () => calls.push("close"),
    },
    read: (raw) => raw,
    print: (_, raw) => JSON.stringify(raw),
    ...options,
  });
  const send = (...numbers: number[]) => numbers.map((n) => producer.push({ n }));
  return { ...producer, send, calls };
}

/** Reads on until the end; what it was like. */
export async function drain(source: AsyncIterable<Message>) {
  const numbers: number[] = [];
  try {
    for await (const { n } of source) numbers.push(n);
    return numbers;
  } catch (error) {
    return [...numbers, error];
  }
}

export const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
export const failure = new RealtimeError("TRANSPORT_FAILED", "It broke.");
export const gapAfter = (after: string): Gap => ({ reason: "trimmed", after });

/** Listeners on a signal: added less removed. */
export function countListeners(signal: AbortSignal) {
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count--;
    removeEventListener.apply(signal, args);
  };
  return () => count;
}
