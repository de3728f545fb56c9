/** A sink that keeps what it is told, and can be waited for. */
import type { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import type { Gap, Sink } from "../../src/transport.js";
import { short, within } from "./assert.js";

/** A gap, with the number of messages that came before it. */
export interface RecordedGap extends Gap {
  readonly at: number;
}

export class Recorder implements Sink {
  readonly deliveries: Delivery[] = [];
  readonly gaps: RecordedGap[] = [];
  readonly errors: RealtimeError[] = [];
  /** How often it was called, by any method. */
  calls = 0;
  /** Called with every batch, after it was kept. */
  onDeliver: ((deliveries: readonly Delivery[]) => void) | undefined;
  /** Called when the subscription has failed, after that was kept. */
  onFail: (() => void) | undefined;
  readonly #deadline: number;
  readonly #waiting = new Set<() => void>();

  /** `deadline`: milliseconds that `until` waits at most. */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  get ids(): string[] {
    return this.deliveries.map(({ id }) => id);
  }

  get payloads(): string[] {
    return this.deliveries.map(({ frame }) => frame.payload);
  }

  deliver(deliveries: readonly Delivery[]): void {
    // One by one: a call takes only so many arguments, and a replay may be long.
    for (const delivery of deliveries) this.deliveries.push(delivery);
    this.#called();
    this.onDeliver?.(deliveries);
  }

  gap(gap: Gap): void {
    this.gaps.push({ ...gap, at: this.deliveries.length });
    this.#called();
  }

  fail(error: RealtimeError): void {
    this.errors.push(error);
    this.#called();
    this.onFail?.();
  }

  /** Resolves once the condition holds. It is asked whenever the sink is called, so nothing is polled. */
  async until(what: string, condition: () => boolean): Promise<void> {
    if (condition()) return;
    let wake = () => {};
    const met = new Promise<void>((resolve) => {
      wake = () => condition() && resolve();
    });
    this.#waiting.add(wake);
    try {
      await within(met, this.#deadline, () => `${what}; ${this.#summary()}`);
    } finally {
      this.#waiting.delete(wake);
    }
  }

  /** Resolves once so many messages have come. */
  count(messages: number): Promise<void> {
    return this.until(`${messages} messages`, () => this.deliveries.length >= messages);
  }

  /** Resolves once a payload has come. What stood before it in the channel must have come as well by then. */
  payload(payload: string): Promise<void> {
    return this.until(`the message ${short(payload)}`, () =>
      this.deliveries.some((d) => d.frame.payload === payload),
    );
  }

  #called(): void {
    this.calls += 1;
    for (const wake of this.#waiting) wake();
  }

  #summary(): string {
    const { deliveries, gaps, errors } = this;
    const last = short(deliveries.at(-1)?.frame.payload);
    return `${deliveries.length} messages came (the last: ${last}), ${gaps.length} gaps, ${errors.length} errors`;
  }
}
