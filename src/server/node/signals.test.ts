import { afterEach, describe, expect, it, vi } from "vitest";
import { cleanUp, start } from "./gateway.test-support.js";
import { closeOnSignal } from "./signals.js";

afterEach(cleanUp);
afterEach(() => void vi.restoreAllMocks());

// Real signals to real processes: test/signals.test.ts.
describe("closeOnSignal", () => {
  const listeners = () => process.listenerCount("SIGTERM") + process.listenerCount("SIGINT");

  it("listens for SIGTERM and SIGINT, until it is taken back; twice is no harm", async () => {
    const { app } = await start();
    const before = listeners();
    const dispose = closeOnSignal(app);
    expect(listeners()).toBe(before + 2);
    dispose();
    dispose();
    expect(listeners()).toBe(before);
  });

  it("leaves others' listeners, and another call's", async () => {
    const { app } = await start();
    const mine = vi.fn();
    process.on("SIGUSR2", mine);
    const disposeOther = closeOnSignal(app, { signals: ["SIGUSR2"] });
    closeOnSignal(app, { signals: ["SIGUSR2"] })();
    expect(process.listenerCount("SIGUSR2")).toBe(2);
    disposeOther();
    process.off("SIGUSR2", mine);
  });

  it.each([
    ["an unknown signal", { signals: ["SIGNONE"] }],
    ["a signal that can't be caught", { signals: ["SIGKILL"] }],
    ["no signal", { signals: [] }],
    ["a drain that is no duration", { drain: "soon" }],
    ["what is no server", { server: {} }],
  ])("refuses %s, and listens to nothing", async (_, options) => {
    const { app } = await start();
    const before = listeners();
    expect(() => closeOnSignal(app, options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS" }),
    );
    expect(listeners()).toBe(before);
  });

  it("refuses what is no app", () => {
    expect(() => closeOnSignal({} as never)).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });
});
