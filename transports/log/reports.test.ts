import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RealtimeError } from "../../src/errors.js";
import { fail, setUp } from "./log-tests.test-support.js";
import { Reports } from "./reports.js";

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("what fails while nobody waits for it", () => {
  it("is told once it lasts, for all channels together, and again after a minute", async () => {
    const { broker, transport, listen, send } = setUp();
    const report = vi.fn();
    transport.reportTo?.(report);
    const { sink } = await listen();
    await listen(undefined, "b");
    const mend = fail(broker, "read");
    for (const watchers of broker.watchers.values()) for (const watcher of watchers) watcher.changed();
    await vi.advanceTimersByTimeAsync(0);
    expect(report).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(MINUTE - 5_000);
    expect(report).toHaveBeenCalledOnce();
    expect(report.mock.calls[0]?.[0]).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(
        /^array: "[ab]" can't be read, so its subscribers wait\. It is tried again\.$/,
      ),
      cause: { code: "TRANSPORT_FAILED" },
    });
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(report).toHaveBeenCalledTimes(2);
    mend();
    await vi.advanceTimersByTimeAsync(5_000);
    await send("back");
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(report).toHaveBeenCalledTimes(2);
    expect(sink.deliveries).toHaveLength(1);
    await transport.close();
  });

  it("is not told where it passes at once", async () => {
    const { broker, transport, listen } = setUp();
    const report = vi.fn();
    transport.reportTo?.(report);
    await listen();
    const mend = fail(broker, "read");
    for (const watchers of broker.watchers.values()) for (const watcher of watchers) watcher.changed();
    await vi.advanceTimersByTimeAsync(0);
    mend();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(report).not.toHaveBeenCalled();
    await transport.close();
  });
});

describe("reports", () => {
  it("reach everybody, of each kind so often, and remember no more kinds than they need", () => {
    const reports = new Reports();
    const [one, other] = [vi.fn(), vi.fn()];
    reports.add(one);
    reports.add(other);
    const error = new RealtimeError("TRANSPORT_FAILED", "gone");
    for (let i = 0; i < 3; i++) reports.tell("a", error);
    reports.tell("b", error);
    expect(one.mock.calls).toEqual([[error], [error]]);
    expect(other).toHaveBeenCalledTimes(2);
    for (let i = 0; i < 1_000; i++) reports.tell(`kind ${i}`, error);
    expect(reports.kinds).toBeLessThanOrEqual(100);
  });
});
