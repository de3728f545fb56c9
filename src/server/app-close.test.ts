import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { internalsOf } from "./app.js";
import { closeOver } from "./gateway/drain.js";
import { ch, makeApp } from "./gateway/session.test-support.js";

const NOW = 1_800_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** An app with a gateway of so many sockets. */
function withSockets(count = 10) {
  const made = makeApp(memory());
  const closed: number[] = [];
  const internals = internalsOf(made.app, "test");
  const sockets = new Set(Array.from({ length: count }, () => () => void closed.push(Date.now() - NOW)));
  const end = vi.fn((drain: number, hurry: AbortSignal) =>
    closeOver(sockets, (close) => close(), drain, hurry),
  );
  internals.onClose(end);
  return { ...made, internals, closed, end };
}

describe("app.close", () => {
  it("with a drain closes sockets over that time, and publishing goes on until it is over", async () => {
    const { app, internals, closed, transport } = withSockets();
    const subscription = await app.subscribe({ channel: ch });
    expect(internals.isClosing()).toBe(false);
    const done = app.close({ drain: "10s" });
    expect(internals.isClosing()).toBe(true);
    expect(() => internals.checkReady()).toThrow(expect.objectContaining({ code: "CLOSED" }));
    await vi.advanceTimersByTimeAsync(4_500);
    expect(closed).toEqual([0, 1000, 2000, 3000, 4000]);
    await app.publish(ch.step, 1);
    await app.token({ channel: ch });
    await vi.advanceTimersByTimeAsync(5_500);
    await done;
    expect(closed).toHaveLength(10);
    await expect(app.publish(ch.step, 2)).rejects.toMatchObject({ code: "CLOSED" });
    await expect(transport.publish("c", [])).rejects.toMatchObject({ code: "CLOSED" });
    const got: unknown[] = [];
    for await (const { data } of subscription) got.push(data);
    expect(got).toEqual([1]);
  });

  it("without one closes all at once, after what was published before", async () => {
    const { app, closed, end } = withSockets();
    const published = app.publish(ch.step, 1);
    const done = app.close();
    await expect(app.publish(ch.step, 2)).rejects.toMatchObject({ code: "CLOSED" });
    await done;
    expect(await published).toMatchObject({ id: expect.any(String) });
    expect([closed.length, end.mock.calls[0]?.[0]]).toEqual([10, 0]);
  });

  it("called again gives the same promise; a sooner end closes the rest by then, a later one changes nothing", async () => {
    const { app, closed, end } = withSockets();
    const first = app.close({ drain: "10s" });
    expect(app.close({ drain: "1m" })).toBe(first);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(app.close({ drain: "2s" })).toBe(first);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(closed).toEqual([0, 1000, 2000]);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    expect(closed).toEqual([0, 1000, 2000, ...Array(7).fill(3000)]);
    expect(end).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("called again without a drain closes the rest at once", async () => {
    const { app, closed } = withSockets();
    const first = app.close({ drain: "10s" });
    await vi.advanceTimersByTimeAsync(1_500);
    void app.close();
    await first;
    expect(closed).toEqual([0, 1000, ...Array(8).fill(1500)]);
  });

  it("leaves no timer where the sockets are gone before", async () => {
    const { app, internals, end } = withSockets();
    internals.offClose(end);
    internals.onClose(() => new Promise((resolve) => setTimeout(resolve, 1000)));
    const done = app.close({ drain: "10s" });
    void app.close({ drain: "5s" });
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("closes everything else where one gateway fails to, and says so", async () => {
    const { app, internals, transport } = withSockets();
    internals.onClose(() => Promise.reject(new Error("mine")));
    await expect(app.close()).rejects.toThrow("mine");
    await expect(transport.publish("c", [])).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("leaves alone a gateway that has closed before", async () => {
    const { app, internals, end } = withSockets();
    internals.offClose(end);
    await app.close();
    expect(end).not.toHaveBeenCalled();
  });

  it.each(["soon", -1, "30d"])("refuses a drain of %j, and closes nothing", async (drain) => {
    const { app, internals } = withSockets();
    await expect(app.close({ drain: drain as never })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    expect(internals.isClosing()).toBe(false);
    await app.publish(ch.step, 1);
  });
});
