import { describe, expect, it } from "vitest";
import {
  clock,
  frame,
  makeStore,
  open,
  pair,
  publish,
  setVisible,
  shown,
  statuses,
  tokens,
  useStores,
  watch,
} from "./store.test-support.js";

describe("with a history", () => {
  useStores();

  it("shows what comes", async () => {
    const store = await open();
    expect(store.getSnapshot().connectionStatus).toBe("open");
    await publish(1, 2);
    await frame();
    expect(shown(store)).toEqual([1, 2]);
    expect(statuses).toEqual(["connecting", "open"]);
  });

  it("lets go while the page is hidden, and then gets what it missed, each once", async () => {
    const store = await open();
    await publish(1);
    await setVisible(false);
    expect(pair.faults.lines).toBe(0);
    expect(store.getSnapshot()).toMatchObject({
      connectionStatus: "paused",
      isPaused: true,
      pauseReason: "hidden",
    });
    expect(shown(store)).toEqual([1]);
    await publish(2, 3);
    await clock.advance("1m");
    expect(tokens).toBe(1);
    await setVisible(true);
    await frame();
    expect(shown(store)).toEqual([1, 2, 3]);
    expect(tokens).toBe(2);
    expect(store.getSnapshot()).toMatchObject({
      connectionStatus: "open",
      isPaused: false,
      pauseReason: null,
      gap: null,
    });
    expect(statuses).toEqual(["connecting", "open", "paused", "connecting", "open"]);
  });

  it("resumes where it stood also where nothing had come", async () => {
    const store = await open();
    await setVisible(false);
    await publish(1);
    await setVisible(true);
    await frame();
    expect(shown(store)).toEqual([1]);
  });

  it("is connected while somebody listens, and a moment longer", async () => {
    const store = makeStore();
    expect(store.getSnapshot().connectionStatus).toBe("idle");
    const stop = watch(store);
    stop();
    const again = watch(store);
    await clock.advance(0);
    expect([tokens, pair.faults.lines]).toEqual([1, 1]);
    again();
    again();
    await clock.advance(999);
    expect(store.getSnapshot().connectionStatus).toBe("open");
    await clock.advance(1);
    expect(pair.faults.lines).toBe(0);
    expect(store.getSnapshot().connectionStatus).toBe("idle");
    await publish(1);
    watch(store);
    await clock.advance(0);
    await frame();
    expect(shown(store)).toEqual([1]);
  });
});
