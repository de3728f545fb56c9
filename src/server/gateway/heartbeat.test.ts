import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Heart } from "./roster.js";
import { ch, connect, makeApp, settle } from "./session.test-support.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

async function subscribed() {
  const { app } = makeApp();
  const client = connect(app, { heartbeat: 12_800 });
  const { key } = await app.token({ channel: ch, topics: ["step"], expiresIn: "1h" });
  client.send({ type: "subscribe", id: 1, token: key });
  await client.got("subscribed");
  return { app, client };
}

describe("a session", () => {
  it("is never silent for longer than its heartbeat time", async () => {
    const { app, client } = await subscribed();
    let last = Date.now();
    let longest = 0;
    const { push } = client.frames;
    client.frames.push = (...frames) => {
      longest = Math.max(longest, Date.now() - last);
      last = Date.now();
      return push.apply(client.frames, frames);
    };
    for (let i = 0; i < 3000; i++) {
      await vi.advanceTimersByTimeAsync(100);
      // At times that fall anywhere between two beats.
      if (i % 137 === 0) await app.publish(ch.step, i);
    }
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(12_800);
  });

  it("that has nothing to say says so once per heartbeat time, and pings as often", async () => {
    const { client } = await subscribed();
    await vi.advanceTimersByTimeAsync(128_000);
    const beats = client.frames.filter(({ type }) => type === "heartbeat").length;
    expect(beats).toBeGreaterThanOrEqual(9);
    expect(beats).toBeLessThanOrEqual(11);
    expect(client.socket.ping).toHaveBeenCalledTimes(10);
  });

  it("is cut where a ping isn't answered until the next one", async () => {
    const { client } = await subscribed();
    client.socket.answers = false;
    await vi.advanceTimersByTimeAsync(25_600);
    expect(client.socket.terminate).toHaveBeenCalledOnce();
    expect(client.socket.ping).toHaveBeenCalledOnce();
  });

  it("that is congested is sent no heartbeat, and is told its positions when it reads again", async () => {
    const { app, client } = await subscribed();
    client.socket.unwritten = 2_000_000;
    await app.publish(ch.step, 1);
    const { id } = await app.publish(ch.log, "other");
    const before = client.frames.length;
    await vi.advanceTimersByTimeAsync(12_800);
    expect(client.frames).toHaveLength(before);
    client.socket.unwritten = 0;
    client.session.drained();
    await settle();
    await vi.advanceTimersByTimeAsync(12_800);
    expect(client.frames.at(-1)).toEqual({ type: "heartbeat", positions: { 1: id } });
  });

  it("leaves no timer behind", async () => {
    const { client } = await subscribed();
    client.session.closed();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the heart", () => {
  it("beats each twice per heartbeat time, few of them at a time, with one timer", () => {
    const heart = new Heart(12_800);
    const beats = new Map<number, number>();
    let total = 0;
    for (let i = 0; i < 6400; i++) heart.join({ beat: () => void total++, recheck: () => undefined });
    expect(vi.getTimerCount()).toBe(1);
    for (let before = 0; Date.now() < 1_800_000_012_800; before = total) {
      vi.advanceTimersToNextTimer();
      beats.set(Date.now(), total - before);
    }
    expect(total).toBe(6400 * 2);
    expect(Math.max(...beats.values())).toBe(100);
  });

  it("stops with the last who leaves", () => {
    const heart = new Heart(1000);
    const session = { beat: vi.fn(), recheck: vi.fn() };
    const slot = heart.join(session);
    heart.leave(session, slot);
    heart.leave(session, slot);
    expect(vi.getTimerCount()).toBe(0);
    heart.join(session);
    vi.advanceTimersByTime(1000);
    expect(session.beat).toHaveBeenCalledTimes(2);
  });
});
