import { describe, expect, it, vi } from "vitest";
import { snapshot } from "./codec.js";
import { createFrame, type Delivery, openDelivery, readDelivery, readPayload } from "./frame.js";

const now = Date.UTC(2026, 0, 1);
const frameOf = (data: unknown, createdAt = now) =>
  createFrame("status", snapshot(data, "here"), createdAt, "k");
/** As it is where a transport kept the text alone. */
const stored = (data: unknown): Delivery["frame"] => ({ topic: "status", payload: frameOf(data).payload });

describe("a frame", () => {
  it("is the JSON of the protocol", () => {
    expect(JSON.parse(frameOf({ at: new Date(now), b: [1] }).payload)).toEqual({
      topic: "status",
      data: { at: "2026-01-01T00:00:00.000Z", b: [1] },
      kinds: { "/at": "Date" },
      createdAt: now,
    });
    expect(frameOf(undefined).payload).toBe(`{"topic":"status","kinds":{"":"undefined"},"createdAt":${now}}`);
    expect(frameOf({ a: 1 }).payload).toBe(`{"topic":"status","data":{"a":1},"createdAt":${now}}`);
  });

  it("is encoded once, when it is first read", () => {
    const stringify = vi.spyOn(JSON, "stringify");
    const frame = frameOf({ at: new Date(0) });
    expect(stringify).not.toHaveBeenCalled();
    expect(frame.payload + frame.content).toContain(frame.payload);
    expect(stringify).toHaveBeenCalledOnce();
    stringify.mockRestore();
  });

  it("has the same content at another time, and another content otherwise", () => {
    const data = { text: 'x","createdAt":5', at: new Date(0) };
    expect(frameOf(data).content).toBe(frameOf(data, now + 9).content);
    expect(frameOf({ a: 1 }).content).not.toBe(frameOf({ a: "1" }).content);
    expect(frameOf([1n]).content).not.toBe(frameOf(["1"]).content);
    expect(createFrame("other", snapshot(1, "here"), now).content).not.toBe(frameOf(1).content);
  });

  it("has its key and a size", () => {
    expect(frameOf("x".repeat(100))).toMatchObject({ topic: "status", key: "k" });
    const { size, payload } = frameOf("x".repeat(100));
    expect(Math.abs(size - payload.length)).toBeLessThan(30);
  });
});

describe("a delivery", () => {
  const data = { at: new Date(1), list: [new Map([[1n, undefined]])] };

  it.each([
    ["of this process", frameOf(data)],
    ["that was stored", stored(data)],
  ])("%s gives the message", (_, frame) => {
    const message = readDelivery("chat:1", { id: "e.1", frame });
    expect(message).toStrictEqual({
      channel: "chat:1",
      topic: "status",
      data,
      id: "e.1",
      createdAt: new Date(now),
    });
  });

  it("of this process gives the frozen payload itself, where it can be frozen", () => {
    const frame = frameOf({ a: [1n, undefined] });
    const [one, two] = [readDelivery("c", { id: "1", frame }), readDelivery("c", { id: "1", frame })];
    expect(one.data).toBe(two.data);
    expect(Object.isFrozen(one.data)).toBe(true);
    expect(one.createdAt).not.toBe(two.createdAt);
  });

  it("of this process can't be changed by who received it", () => {
    const frame = frameOf({ map: new Map([["a", new Date(1)]]), bytes: new Uint8Array([1]) });
    const first = readDelivery("c", { id: "1", frame }).data as { map: Map<string, Date>; bytes: Uint8Array };
    first.map.get("a")?.setTime(9);
    first.map.set("b", new Date(2));
    first.bytes[0] = 9;
    const expected = { map: new Map([["a", new Date(1)]]), bytes: new Uint8Array([1]) };
    expect(readDelivery("c", { id: "1", frame }).data).toStrictEqual(expected);
    expect(
      readDelivery("c", { id: "1", frame: { topic: "status", payload: frame.payload } }).data,
    ).toStrictEqual(expected);
  });

  it.each(["", "no JSON", "{", "undefined"])("that was stored as %j is refused", (payload) => {
    const read = () => readDelivery("c", { id: "1", frame: { topic: "status", payload } });
    expect(read).toThrow(expect.objectContaining({ code: "INVALID_PAYLOAD" }));
  });

  it("that came as text is frozen throughout, as one of this process is", () => {
    const payload = JSON.stringify({ topic: "t", data: { list: [{ deep: [1] }], none: null }, createdAt: 1 });
    const opened = openDelivery("c", { id: "1", frame: { topic: "t", payload } });
    const data = opened.payload.data as { list: { deep: number[] }[] };
    expect(data).toEqual({ list: [{ deep: [1] }], none: null });
    for (const node of [data, data.list, data.list[0], data.list[0]?.deep])
      expect(node).toSatisfy(Object.isFrozen);
    expect(opened.payload).toMatchObject({ mutable: false, rich: false, size: payload.length });
  });

  it("that is too deep is refused, and no stack overflows", () => {
    for (const [depth, code] of [
      [512, undefined],
      [513, "UNSUPPORTED_VALUE"],
      [100_000, "UNSUPPORTED_VALUE"],
    ] as const) {
      const data = "[".repeat(depth) + "]".repeat(depth);
      const payload = `{"topic":"t","data":${data},"createdAt":1}`;
      const open = () => openDelivery("c", { id: "1", frame: { topic: "t", payload } });
      if (code) expect(open).toThrow(expect.objectContaining({ code }));
      else expect(open().payload.data).toSatisfy(Object.isFrozen);
    }
  });
});

describe("a payload", () => {
  it.each([
    null,
    5,
    "text",
    [],
    {},
    { topic: "a" },
    { createdAt: 1 },
    { topic: 1, createdAt: 1 },
    { topic: "a", createdAt: "2026-01-01" },
    { topic: "a", createdAt: null },
    { topic: "a", createdAt: 1e300 },
    { topic: "a", createdAt: 8.64e15 + 1 },
    { topic: "a", createdAt: 1, kinds: null },
    { topic: "a", createdAt: 1, kinds: 5 },
    { topic: "a", createdAt: 1, data: 1, kinds: { "": "Map" } },
  ])("is refused: %j", (payload) => {
    const read = () => readPayload("chat:1", "e.1", payload);
    expect(read).toThrow(expect.objectContaining({ code: "INVALID_PAYLOAD" }));
  });

  it("may have members that we don't know", () => {
    expect(readPayload("c", "1", { topic: "a", createdAt: 1, data: null, later: true })).toStrictEqual({
      channel: "c",
      topic: "a",
      data: null,
      id: "1",
      createdAt: new Date(1),
    });
  });
});
