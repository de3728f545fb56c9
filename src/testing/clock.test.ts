import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeClock, fakeClock } from "./clock.js";

let clock: FakeClock;
afterEach(() => clock?.restore());

describe("fakeClock", () => {
  it("fires timers in order, at their time, with what they set off between them", async () => {
    clock = await fakeClock({ now: new Date("2026-01-01T00:00:00Z") });
    const log: unknown[] = [];
    const at = () => Date.now() - Date.parse("2026-01-01T00:00:00Z");
    setTimeout(() => log.push("b", at()), 20);
    setTimeout(() => {
      log.push("a", at());
      Promise.resolve().then(() => setTimeout(() => log.push("c", at()), 5));
    }, 10);
    await clock.advance("20ms");
    expect(log).toEqual(["a", 10, "c", 15, "b", 20]);
    expect([clock.now, at(), clock.timers]).toEqual([Date.parse("2026-01-01T00:00:00.020Z"), 20, 0]);
  });

  it("fires what falls due at the very end, and goes no further", async () => {
    clock = await fakeClock();
    const log: string[] = [];
    setTimeout(() => setTimeout(() => log.push("at the end"), 5), 5);
    setTimeout(() => log.push("after"), 11);
    const start = clock.now;
    await clock.advance(10);
    expect([log, clock.now - start]).toEqual([["at the end"], 10]);
  });

  it("sleeps without a timer running, and then fires each that is late once", async () => {
    clock = await fakeClock({ now: 0 });
    const times: number[] = [];
    setInterval(() => times.push(Date.now()), 10);
    await clock.sleep("1m");
    expect(times).toEqual([60_000]);
    await clock.advance(20);
    expect(times).toEqual([60_000, 60_010, 60_020]);
  });

  it("leaves microtasks, nextTick and setImmediate real", async () => {
    const real = [queueMicrotask, process.nextTick, setImmediate];
    clock = await fakeClock();
    expect([queueMicrotask, process.nextTick, setImmediate]).toEqual(real);
  });

  it("lets settle what is under way", async () => {
    clock = await fakeClock();
    const stream = new Response("text").body as ReadableStream<Uint8Array>;
    let text = "";
    void new Response(stream.pipeThrough(new TransformStream())).text().then((all) => {
      text = all;
    });
    await clock.advance(0);
    expect(text).toBe("text");
  });

  it("gives the real clock back, as often as it is asked to", async () => {
    const real = [setTimeout, Date];
    clock = await fakeClock({ now: 0 });
    expect(Date.now()).toBe(0);
    clock.restore();
    clock.restore();
    expect([setTimeout, Date]).toEqual(real);
  });

  it("refuses what is no time", async () => {
    await expect(fakeClock({ now: new Date("never") })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    clock = await fakeClock();
    await expect(clock.advance("soon" as never)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  it("says what to install where the package is missing", async () => {
    vi.doMock("@sinonjs/fake-timers", () => {
      throw new Error("Cannot find package");
    });
    await expect(fakeClock()).rejects.toMatchObject({
      code: "MISSING_PEER",
      message: expect.stringContaining("npm install -D @sinonjs/fake-timers"),
    });
    vi.doUnmock("@sinonjs/fake-timers");
  });
});
