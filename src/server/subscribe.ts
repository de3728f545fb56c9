/** `app.subscribe`: a subscription within the server's own process. Nothing is encoded for it. */
import { encode } from "../codec.js";
import { isRealtimeError, RealtimeError } from "../errors.js";
import { type Delivery, messageOf, type Opened } from "../frame.js";
import type { AnyMessage } from "../message.js";
import { createSubscription, type Subscription, type SubscriptionHandlers } from "../subscription.js";
import type { Gap, Sink, Transport } from "../transport.js";
import { Batch } from "./batch.js";
import { guard } from "./guard.js";
import type { Hub } from "./hub.js";
import type { DropReason } from "./observe/events.js";
import type { Observer } from "./observe/observer.js";
import { checkChannel, checkTopics } from "./references.js";

interface PlainSubscribeOptions extends SubscriptionHandlers<AnyMessage> {
  readonly channel: unknown;
  readonly topics?: readonly string[];
  readonly after?: string;
}

interface Source {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly observer: Observer | undefined;
}

/**
 * Subscribes. Live ones share the hub's subscription of their channel; one that resumes, or was too slow and catches up,
 * has its own, at its position. `endings` learns how to end it with the app.
 */
export async function subscribeInProcess(
  { hub, transport, observer }: Source,
  options: PlainSubscribeOptions,
  endings: Set<() => Promise<void>>,
): Promise<Subscription<AnyMessage>> {
  const channel = checkChannel(options?.channel);
  const topics = new Set(checkTopics(channel, options.topics));
  const { name } = channel;
  const { replay } = transport.supports;
  const { after, signal, onMessage } = options;
  if (onMessage != null && typeof onMessage !== "function" && typeof onMessage !== "object") {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      "app.subscribe: onMessage must be a function, or an object with one for each topic.",
    );
  }
  if (after !== undefined && !replay) {
    throw new RealtimeError(
      "UNSUPPORTED",
      `Transport "${transport.name}" can't resume: subscribe without "after".`,
    );
  }

  let last = after;
  let leave: (() => void) | undefined;
  // Without replay: what is pushed now is dropped.
  let isFull = false;
  // Each place at the source has a number; what an earlier place still delivers is ignored.
  let place = 0;

  const detach = () => {
    place++;
    leave?.();
    leave = undefined;
  };
  const producer = createSubscription<AnyMessage, Opened | RealtimeError>({
    ...options,
    ...(observer && { onGap: toldGap }),
    read: (opened) => messageOf(checked(opened)),
    print(_, opened) {
      const { channel, id, topic, payload, createdAt } = checked(opened);
      return JSON.stringify({ channel, id, topic, ...encode(payload), createdAt });
    },
    flow: {
      // Without replay there is nothing to catch up from: what doesn't fit becomes a gap.
      pause: () => replay && detach(),
      resume() {
        isFull = false;
        if (replay) attach().catch(fail);
      },
      close: end,
    },
  });

  function toldGap(gap: Gap): unknown {
    observer?.gap?.({ type: "gap", channel: name, ...gap });
    return options.onGap?.(gap);
  }
  function dropped(reason: DropReason): void {
    observer?.dropped?.({ type: "dropped", channel: name, reason, count: 1 });
  }

  function end(): void {
    detach();
    endings.delete(endWithApp);
  }
  function fail(error: RealtimeError): void {
    end();
    producer.fail(error);
  }
  async function endWithApp(): Promise<void> {
    end();
    producer.end();
  }

  function deliver(batch: Batch): void {
    const { deliveries, opened } = batch;
    for (let i = 0; i < deliveries.length; i++) {
      const { id, frame } = deliveries[i] as Delivery;
      last = id;
      if (!topics.has(frame.topic)) continue;
      // The subscriber is full, and has just let go of its place; the rest is read again from `last` on.
      const one = opened[i] as Opened | RealtimeError;
      const isUnreadable = isRealtimeError(one);
      if (isUnreadable) dropped("unreadable");
      else if (isFull) dropped("overflow");
      isFull = !producer.push(one, isUnreadable ? 0 : one.payload.size);
      if (isFull && replay) return;
    }
  }

  /** Takes a place at the source. What becomes of an earlier place is ignored, its failure too. */
  async function attach(): Promise<void> {
    const mine = ++place;
    const isMine = () => mine === place;
    try {
      await attachAt(isMine);
    } catch (error) {
      if (isMine()) throw error;
    }
  }

  async function attachAt(isMine: () => boolean): Promise<void> {
    const gap: Sink["gap"] = (found) => isMine() && producer.gap(found);
    const failed = (error: RealtimeError) => isMine() && fail(error);
    if (last === undefined) {
      await new Promise<void>((resolve, reject) => {
        hub.join(name, {
          joined(membership) {
            if (isMine()) {
              leave = () => membership.leave();
              last = membership.head();
            } else membership.leave();
            resolve();
          },
          deliver: (batch) => isMine() && deliver(batch),
          gap,
          fail(error) {
            // Before it has joined, whoever waits for that is told.
            reject(error);
            if (leave) failed(error);
          },
        });
      });
      return;
    }
    const sink: Sink = {
      deliver(deliveries) {
        // A broker may deliver a message again after a reconnect.
        const fresh = new Batch(name, deliveries).after(last);
        if (isMine() && fresh) deliver(fresh);
      },
      gap,
      fail: failed,
    };
    const subscription = await guard(transport, `subscribe to "${name}"`, () =>
      transport.subscribe(name, { after: last }, sink),
    );
    if (isMine()) leave = () => subscription.unsubscribe();
    else subscription.unsubscribe();
  }

  endings.add(endWithApp);
  try {
    await attach();
  } catch (error) {
    end();
    producer.subscription.close();
    throw error;
  }
  signal?.throwIfAborted();
  return producer.subscription;
}

function checked(opened: Opened | RealtimeError): Opened {
  if (isRealtimeError(opened)) throw opened;
  return opened;
}
