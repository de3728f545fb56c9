import { describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { snapshot } from "../codec.js";
import { RealtimeError } from "../errors.js";
import { createFrame } from "../frame.js";
import type { Sink, Transport, TransportSubscription } from "../transport.js";
import { createHub, type Hub, type Listener, type Membership } from "./hub.js";

const frame = (data: unknown) => createFrame("t", snapshot(data, "test"), 0);

/** A transport whose subscriptions open when the test says so. */
function slow(transport: Transport = memory()) {
  const opened: {
    open(): void;
    refuse(error: unknown): void;
    sink: Sink;
    unsubscribe: ReturnType<typeof vi.fn>;
  }[] = [];
  const subscribe: Transport["subscribe"] = (channel, at, sink) =>
    new Promise<TransportSubscription>((resolve, reject) => {
      const unsubscribe = vi.fn();
      const open = () => {
        transport.subscribe(channel, at, sink).then((subscription) => {
          unsubscribe.mockImplementation(subscription.unsubscribe);
          resolve({ position: subscription.position, unsubscribe });
        }, reject);
      };
      opened.push({ open, refuse: reject, sink, unsubscribe });
    });
  return { transport: { ...transport, subscribe }, opened };
}

function listener() {
  const got: unknown[] = [];
  let membership: Membership | undefined;
  const one: Listener & { got: unknown[]; membership(): Membership | undefined } = {
    got,
    membership: () => membership,
    joined: (given) => {
      membership = given;
    },
    deliver: (batch) => void got.push(...batch.opened.map((one) => "payload" in one && one.payload.data)),
    gap: ({ reason }) => void got.push(reason),
    fail: ({ code }) => void got.push(code),
  };
  return one;
}

/** Joins, and resolves when it has. */
function join(hub: Hub, channel: string, one: Listener): Promise<Membership> {
  return new Promise((resolve, reject) => {
    const { fail } = one;
    const member = hub.join(channel, {
      joined(given) {
        one.joined(given);
        resolve(given);
      },
      deliver: (batch) => one.deliver(batch),
      gap: (gap) => one.gap(gap),
      fail(error) {
        reject(error);
        fail(error);
      },
    });
    expect(member.leave).toBeTypeOf("function");
  });
}

describe("the hub", () => {
  it("opens a channel once for all who come, and closes it with the last who goes", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const [a, b] = [listener(), listener()];
    const joined = [join(hub, "c", a), join(hub, "c", b)];
    expect(opened).toHaveLength(1);
    opened[0]?.open();
    await Promise.all(joined);
    await transport.publish("c", [frame(1), frame(2)]);
    expect([a.got, b.got]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    a.membership()?.leave();
    a.membership()?.leave();
    await transport.publish("c", [frame(3)]);
    expect([a.got.length, b.got.length, hub.size]).toEqual([2, 3, 1]);
    b.membership()?.leave();
    expect(hub.size).toBe(0);
    await vi.waitFor(() => expect(opened[0]?.unsubscribe).toHaveBeenCalledOnce());
  });

  it("tells a newcomer where the channel stands, so that nothing is missing between that and what it gets", async () => {
    const transport = memory();
    const hub = createHub(transport, vi.fn());
    const first = listener();
    await join(hub, "c", first);
    await transport.publish("c", [frame(1)]);
    const second = listener();
    await join(hub, "c", second);
    expect(second.membership()?.head()).toBe(first.membership()?.head());
    await transport.publish("c", [frame(2)]);
    expect(second.got).toEqual([2]);
  });

  it("delivers a message once, where the transport repeats it", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const one = listener();
    const joined = join(hub, "c", one);
    opened[0]?.open();
    await joined;
    const deliveries = [1, 2, 3].map((n) => ({ id: `e.${n}`, frame: frame(n) }));
    opened[0]?.sink.deliver(deliveries.slice(0, 2));
    opened[0]?.sink.deliver(deliveries);
    expect(one.got).toEqual([1, 2, 3]);
  });

  it("takes what a transport delivers before it answers", async () => {
    const transport = memory();
    const hub = createHub(
      {
        ...transport,
        subscribe(channel, at, sink) {
          sink.deliver([{ id: "e.1", frame: frame(1) }]);
          return transport.subscribe(channel, at, sink);
        },
      },
      vi.fn(),
    );
    const one = listener();
    await join(hub, "c", one);
    expect(one.membership()?.head()).toBe("e.1");
  });

  it("a listener that throws does no harm to the others", async () => {
    const transport = memory();
    const hub = createHub(transport, vi.fn());
    const uncaught = vi.fn();
    const [bad, good] = [listener(), listener()];
    bad.deliver = () => {
      throw new Error("mine");
    };
    await join(hub, "c", bad);
    await join(hub, "c", good);
    const handlers = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").once("uncaughtException", uncaught);
    await transport.publish("c", [frame(1)]);
    await vi.waitFor(() => expect(uncaught).toHaveBeenCalledOnce());
    for (const handler of handlers) process.on("uncaughtException", handler);
    expect(good.got).toEqual([1]);
  });

  it("says why it couldn't open, to all who wait; the next one tries again", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const joined = [join(hub, "c", listener()), join(hub, "c", listener())];
    opened[0]?.refuse(new Error("no route"));
    for (const one of joined) await expect(one).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect(hub.size).toBe(0);
    const again = join(hub, "c", listener());
    opened[1]?.open();
    await again;
  });

  it("passes on gaps and the channel's failure, and opens anew afterwards", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const one = listener();
    const joined = join(hub, "c", one);
    opened[0]?.open();
    await joined;
    opened[0]?.sink.gap({ reason: "epoch", after: undefined });
    opened[0]?.sink.fail(new RealtimeError("TRANSPORT_FAILED", "gone"));
    expect(one.got).toEqual(["epoch", "TRANSPORT_FAILED"]);
    void join(hub, "c", listener());
    expect(opened).toHaveLength(2);
    // The old room's members go without harm to the new one.
    one.membership()?.leave();
    expect(hub.size).toBe(1);
  });

  it("rejects where the channel failed before one got in", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const joined = join(hub, "c", listener());
    opened[0]?.sink.fail(new RealtimeError("CLOSED", "closed"));
    opened[0]?.open();
    await expect(joined).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("forgets who leaves before it has joined; the broker is asked once, and let go when it answers", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const [gone, there] = [listener(), listener()];
    const leaving = hub.join("c", gone);
    const joined = join(hub, "c", there);
    leaving.leave();
    opened[0]?.open();
    const member = await joined;
    await transport.publish("c", [frame(1)]);
    expect([gone.membership(), gone.got, there.got]).toEqual([undefined, [], [1]]);
    member.leave();

    for (let i = 0; i < 5; i++) hub.join("d", gone).leave();
    expect(opened).toHaveLength(2);
    opened[1]?.open();
    await vi.waitFor(() => expect(opened[1]?.unsubscribe).toHaveBeenCalledOnce());
    expect([hub.size, gone.membership()]).toEqual([0, undefined]);
  });

  it("lets nobody in who left in the turn in which it came", async () => {
    const { transport, opened } = slow();
    const hub = createHub(transport, vi.fn());
    const [first, second] = [listener(), listener()];
    const joined = join(hub, "c", first);
    opened[0]?.open();
    const member = await joined;
    const leaving = hub.join("c", second);
    expect(second.membership()).toBeUndefined();
    leaving.leave();
    member.leave();
    await Promise.resolve();
    expect([second.membership(), hub.size, opened[0]?.unsubscribe.mock.calls.length]).toEqual([
      undefined,
      0,
      1,
    ]);
  });

  it("tells onError where a transport's unsubscribe throws", async () => {
    const { transport, opened } = slow();
    const onError = vi.fn();
    const hub = createHub(transport, onError);
    const joined = join(hub, "c", listener());
    opened[0]?.open();
    const member = await joined;
    const error = new Error("no");
    opened[0]?.unsubscribe.mockImplementation(() => {
      throw error;
    });
    member.leave();
    expect(onError).toHaveBeenCalledExactlyOnceWith(error);
  });

  it("rejects where the channel fails while the transport is called; the next one opens it anew", async () => {
    const transport = memory();
    const { subscribe } = transport;
    const failing = vi.spyOn(transport, "subscribe").mockImplementationOnce((channel, at, sink) => {
      sink.fail(new RealtimeError("TRANSPORT_FAILED", "gone"));
      return subscribe(channel, at, sink);
    });
    const hub = createHub(transport, vi.fn());
    await expect(join(hub, "c", listener())).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    await join(hub, "c", listener());
    expect([failing.mock.calls.length, hub.size]).toEqual([2, 1]);
  });
});
