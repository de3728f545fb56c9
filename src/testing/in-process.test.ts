import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { createRealtime } from "../server/app.js";
import type { GatewayOptions } from "../server/gateway/limits.js";
import { ch, SECRET, tick, URL_OF_GATEWAY } from "./channels.test-support.js";
import { type InProcessWire, inProcess } from "./in-process.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function start(options: GatewayOptions = {}) {
  const transport = memory();
  const app = createRealtime({ transport, secret: SECRET, onError: vi.fn() });
  return { app, transport, wire: inProcess(app, options) };
}

/** A client of a few lines: what happened on its line, in order. */
function dial(wire: InProcessWire) {
  const log: string[] = [];
  const frames: Record<string, unknown>[] = [];
  const connection = wire.connect(URL_OF_GATEWAY, {
    open: () => log.push("open"),
    frame(text) {
      const frame = JSON.parse(text);
      log.push(frame.type);
      frames.push(frame);
    },
    closed: (code, reason) => log.push(`closed ${code} ${reason}`),
  });
  const send = (frame: object) => connection.send(JSON.stringify(frame));
  return { log, frames, connection, send };
}

async function subscribed(options: GatewayOptions = {}) {
  const { app, wire } = start(options);
  const client = dial(wire);
  await tick();
  client.send({ type: "subscribe", id: 1, token: (await app.token({ channel: ch })).key });
  await tick();
  return { app, wire, ...client };
}

describe("inProcess", () => {
  it("carries frames in order, and tells nothing before connect has returned", async () => {
    const { app, wire } = start();
    const { log } = dial(wire);
    expect(log).toEqual([]);
    await tick();
    expect(log).toEqual(["open", "welcome"]);
    await app.close();
    expect(log).toEqual(["open", "welcome", "closed 1012 The server restarts."]);
  });

  it("delivers what is published, as the gateway's text", async () => {
    const { app, wire, log, frames } = await subscribed();
    await app.publish(ch.a, 7);
    await tick();
    expect(log).toEqual(["open", "welcome", "subscribed", "messages"]);
    expect(frames.at(-1)?.messages).toEqual([[expect.any(String), expect.objectContaining({ data: 7 })]]);
    expect(wire.connections).toBe(1);
    await app.close();
    expect(wire.connections).toBe(0);
  });

  it("gives the gateway what was sent before the line was closed, and then the end", async () => {
    const { app, transport, wire } = start();
    const subscribe = vi.spyOn(transport, "subscribe");
    const { connection, send, log } = dial(wire);
    await tick();
    const { key } = await app.token({ channel: ch });
    send({ type: "subscribe", id: 1, token: key });
    connection.close(1000, "done");
    connection.close(1000, "again");
    expect(log).toEqual(["open", "welcome", "closed 1000 done"]);
    await tick();
    expect(subscribe.mock.calls.map(([channel]) => channel)).toContain(ch.name);
    expect([wire.connections, log.length]).toEqual([0, 3]);
    expect(vi.getTimerCount()).toBe(0);
    await app.close();
  });

  it("ignores what is sent before it is open", async () => {
    const { app, wire } = start();
    const { send, log } = dial(wire);
    send({ type: "nonsense" });
    await tick();
    expect(log).toEqual(["open", "welcome"]);
    await app.close();
  });

  it("closes with the gateway's codes, after what was sent before", async () => {
    const idle = start();
    const client = dial(idle.wire);
    await tick(10_000);
    expect(client.log.at(-1)).toMatch(/^closed 4401 /);
    const wrong = await subscribed();
    wrong.send({ type: "nonsense" });
    await tick();
    expect(wrong.log.at(-1)).toMatch(/^closed 4400 /);
    const large = await subscribed({ maxFrameBytes: 1024 });
    large.send({ type: "unsubscribe", id: 1, padding: "é".repeat(512) });
    await tick();
    expect(large.log.at(-1)).toBe("closed 1009 The frame is too large.");
    for (const { app } of [idle, wrong, large]) await app.close();
  });

  it("answers pings, until it is told not to", async () => {
    const { app, log, connection } = await subscribed();
    await tick(120_000);
    expect(log.filter((one) => one.startsWith("closed"))).toEqual([]);
    (connection as unknown as { "~answerPings"(is: boolean): void })["~answerPings"](false);
    await tick(30_000);
    expect(log.at(-1)).toBe("closed 1006 ");
    await app.close();
  });

  it("held, lets the gateway hold back, and catches up when released", async () => {
    const { app, wire, frames, log } = await subscribed({ maxUnwrittenBytes: 1024 });
    wire.hold();
    for (let i = 0; i < 100; i++) await app.publish(ch.a, i);
    await tick();
    expect(log.at(-1)).toBe("subscribed");
    wire.release();
    await tick();
    const data = frames
      .flatMap(({ messages = [] }) => messages as [string, { data: number }][])
      .map(([, payload]) => payload.data);
    expect(data).toEqual(Array.from({ length: 100 }, (_, i) => i));
    wire.hold();
    await app.publish(ch.a, 1);
    await app.close();
    // Who doesn't read doesn't hear why it ends.
    expect(log.at(-1)).toBe("closed 1006 ");
  });

  it("sends a client away that comes while the app closes", async () => {
    const { app, wire } = start();
    await app.close();
    const { log } = dial(wire);
    await tick();
    expect(log).toEqual(["closed 1012 The server restarts."]);
  });

  it("refuses what is no app", () => {
    expect(() => inProcess({} as never)).toThrow(/createRealtime/);
  });
});
