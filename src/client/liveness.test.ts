import { describe, expect, it, vi } from "vitest";
import {
  answer,
  client,
  gateway,
  handlers,
  log,
  open,
  sent,
  subscribeFrame,
  tick,
  token,
  useGateway,
} from "./set-up.test-support.js";

useGateway();

describe("silence", () => {
  it("of two heartbeats drops the connection", async () => {
    await open();
    gateway.last.send({ type: "welcome", heartbeat: 1_000 });
    await tick(1_500);
    gateway.last.send({ type: "heartbeat" });
    await tick(1_500);
    expect(gateway.last.closedWith).toBeUndefined();
    await tick(500);
    expect(gateway.last.closedWith?.[0]).toBe(4408);
    expect(log.slice(2)).toEqual(["reconnecting", "CONNECTION_LOST"]);
    await tick(500);
    answer();
    expect(log.at(-1)).toBe("open");
    gateway.last.close(4400, "not mine");
    expect(log.slice(-2)).toEqual(["BAD_FRAME", "closed"]);
  });

  it("of a machine that slept is noticed soon after it wakes", async () => {
    await open();
    await tick(20_000);
    gateway.last.send({ type: "heartbeat" });
    // Timers stood still meanwhile; the clock did not.
    vi.setSystemTime(Date.now() + 3_600_000);
    await tick(7_500);
    expect(gateway.connections[0]?.closedWith?.[0]).toBe(4408);
  });

  it("is noticed where the clock was set back", async () => {
    await open();
    vi.setSystemTime(Date.now() - 3_600_000);
    await tick(7_500);
    expect(gateway.last.closedWith?.[0]).toBe(4408);
    await tick(500);
    expect(gateway.connections).toHaveLength(2);
  });

  it("while connecting ends the attempt after 10 seconds", async () => {
    const promise = client.subscribe({ token, ...handlers });
    await tick(9_999);
    expect(gateway.last.closedWith).toBeUndefined();
    await tick(1);
    expect(gateway.last.closedWith?.[0]).toBe(4408);
    expect(log).toEqual(["connecting", "CONNECT_FAILED"]);
    await tick(500);
    answer();
    await promise;
  });
});

describe("a frame that can't be read", () => {
  it.each([
    "",
    "{",
    "null",
    "[object ArrayBuffer]",
    '{"type":"messages","id":1}',
    '{"type":"messages","id":1,"messages":[null]}',
    '{"type":"messages","id":1,"messages":[[5,{}]]}',
    '{"type":"welcome","heartbeat":0}',
    '{"type":"welcome","heartbeat":1e12}',
    '{"type":"heartbeat","positions":{"1":5}}',
    '{"type":"subscribed","id":1,"position":5}',
    '{"type":"gap","id":1,"reason":"trimmed","after":null,"position":{}}',
    '{"type":"close","code":{"toString":1},"reason":""}',
    '{"type":"close","code":4429,"reason":{"toString":1,"valueOf":1}}',
  ])("%s: the connection is given up, and resumed after a wait", async (text) => {
    await open({}, "e.5");
    gateway.last.text(text);
    expect(gateway.last.closedWith?.[0]).toBe(4400);
    expect(log.slice(2)).toEqual(["reconnecting", "BAD_FRAME"]);
    await tick(499);
    expect(gateway.connections).toHaveLength(1);
    await tick(1);
    gateway.last.open();
    expect(sent()).toEqual([subscribeFrame({ after: "e.5" })]);
  });

  it.each(["{}", '{"type":"unheard of","id":1,"position":"e.9","code":"INTERNAL"}', "5", "[]"])(
    "%s is ignored, as what a later version may say",
    async (text) => {
      await open({}, "e.5");
      gateway.last.text(text);
      expect(gateway.last.closedWith).toBeUndefined();
      gateway.last.close();
      await tick(500);
      gateway.last.open();
      expect(sent()).toEqual([subscribeFrame({ after: "e.5" })]);
    },
  );
});
