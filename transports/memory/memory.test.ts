import { describe, expect, it } from "vitest";
import type { Frame } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import { bytesOf, frame, frames } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { memory } from "./index.js";

const idsOf = (results: readonly object[]) =>
  results.map((result) => ("id" in result ? result.id : "refused"));

const codesOf = (results: readonly object[]) =>
  results.map((result) => ("error" in result ? (result.error as { code: string }).code : "stored"));

/** A frame that says which of its texts were read. */
function watched(content: string, key?: string) {
  const reads: string[] = [];
  const made: Frame = {
    topic: "note",
    key,
    size: content.length,
    get content() {
      reads.push("content");
      return content;
    },
    get payload() {
      reads.push("payload");
      return content;
    },
  };
  return { frame: made, reads };
}

describe("memory()", () => {
  it("hands the same delivery, with the publisher's frame, to every sink and into the history", async () => {
    const transport = memory();
    const sinks = [new Recorder(100), new Recorder(100)];
    for (const sink of sinks) await transport.subscribe("a", {}, sink);
    const [published] = frames(1);
    await transport.publish("a", published ? [published] : []);
    const { deliveries } = await transport.history("a", { limit: 1 });
    const [first, second] = sinks.map((sink) => sink.deliveries[0]);
    expect(first).toBe(second);
    expect(deliveries[0]).toBe(first);
    expect(first?.frame).toBe(published);
  });

  it("delivers a batch by one call, before publish resolves", async () => {
    const transport = memory();
    const sink = new Recorder(100);
    await transport.subscribe("a", {}, sink);
    const publishing = transport.publish("a", frames(3));
    expect([sink.calls, sink.deliveries.length]).toEqual([1, 3]);
    await publishing;
    expect(sink.calls).toBe(1);
  });

  it("doesn't read a payload; reads the content where a key comes again", async () => {
    const transport = memory();
    await transport.subscribe("a", {}, new Recorder(100));
    const plain = watched("one");
    const first = watched("two", "k");
    const again = watched("two", "k");
    await transport.publish("a", [plain.frame, first.frame]);
    await transport.subscribe("a", { after: "other.0" }, new Recorder(100));
    expect([plain.reads, first.reads]).toEqual([[], []]);
    await transport.publish("a", [again.frame]);
    expect([plain.reads, first.reads, again.reads]).toEqual([[], ["content"], ["content"]]);
  });

  it("measures a payload where its stated size is near the limit", async () => {
    const transport = memory({ maxBytes: 800 });
    const results = (stated: number, actual: number) =>
      transport.publish("a", [{ ...frame("x"), size: stated, payload: "x".repeat(actual) }]);
    // Up to an eighth of the limit, what the frame says is believed.
    expect(codesOf(await results(99, 5_000))).toEqual(["stored"]);
    expect(codesOf(await results(100, 801))).toEqual(["PAYLOAD_TOO_LARGE"]);
    expect(codesOf(await results(100, 800))).toEqual(["stored"]);
    expect(codesOf(await results(6_400, 800))).toEqual(["stored"]);
    // Beyond eight times the limit too: what has gigabytes is not encoded to be refused.
    expect(codesOf(await results(6_401, 800))).toEqual(["PAYLOAD_TOO_LARGE"]);
    // Bytes, not characters.
    const wide = frame("水".repeat(255));
    expect(wide.payload.length).toBeLessThan(800);
    expect(bytesOf(wide.payload)).toBeGreaterThan(800);
    expect(codesOf(await transport.publish("a", [{ ...wide, size: 255 }]))).toEqual(["PAYLOAD_TOO_LARGE"]);
  });

  it("names the channel, the size and the limit of what it refuses", async () => {
    const transport = memory({ maxBytes: 60 });
    const [result] = await transport.publish("news", [frame("x".repeat(100))]);
    expect(result).toMatchObject({
      error: {
        message: 'memory: a message for channel "news" has 140 bytes; at most 60 are allowed (maxBytes).',
      },
    });
  });

  it("takes one message per key, of publishes that are under way at once too", async () => {
    const transport = memory();
    const once = [frame("once", { key: "k" })];
    const both = await Promise.all([transport.publish("a", once), transport.publish("a", once)]);
    expect(new Set(both.flatMap(idsOf)).size).toBe(1);
    expect((await transport.history("a", { limit: 9 })).deliveries).toHaveLength(1);
  });

  it("counts offsets for the whole transport, in an epoch of its own", async () => {
    const transport = memory();
    const ids = [
      ...idsOf(await transport.publish("a", frames(2))),
      ...idsOf(await transport.publish("b", frames(1))),
      ...idsOf(await transport.publish("a", frames(1))),
    ];
    const positions = ids.map((id) => parsePosition(String(id)));
    expect(positions.map((position) => position?.offset)).toEqual([1, 2, 3, 4]);
    const epochs = new Set(positions.map((position) => position?.epoch));
    const other = await memory().history("a", { limit: 1 });
    expect(epochs.size).toBe(1);
    expect(epochs).not.toContain(parsePosition(other.position)?.epoch);
  });

  it("starts, after a gap, where what is kept starts", async () => {
    const transport = memory({ history: { count: 3 } });
    const ids = idsOf(await transport.publish("a", frames(5)));
    const sink = new Recorder(100);
    const { position = "" } = await transport.subscribe("a", { after: "garbage" }, sink);
    expect(position).toBe(ids[1]);
    expect(sink.gaps).toEqual([{ reason: "unknown", after: "garbage", at: 0 }]);
    expect(sink.ids).toEqual(ids.slice(2));
    const again = new Recorder(100);
    await transport.subscribe("a", { after: position }, again);
    expect([again.gaps, again.ids]).toEqual([[], ids.slice(2)]);
  });

  it("announces no gap at the edge of what was trimmed", async () => {
    const transport = memory({ history: { count: 3 } });
    const ids = idsOf(await transport.publish("a", frames(5))).map(String);
    const gapAfter = async (after = "") => (await transport.history("a", { after, limit: 1 })).gap?.reason;
    expect(await Promise.all(ids.map(gapAfter))).toEqual([
      "trimmed",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const { epoch = "" } = parsePosition(ids[0] ?? "") ?? {};
    expect(await gapAfter(formatPosition(epoch, 5))).toBeUndefined();
    expect(await gapAfter(formatPosition(epoch, 6))).toBe("unknown");
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1"])("refuses a limit of %s", async (limit) => {
    await expect(memory().history("a", { limit: limit as number })).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: `memory: limit is ${limit}: give a whole number, 1 or more.`,
    });
  });

  it("takes an empty batch without calling a sink", async () => {
    const transport = memory();
    const sink = new Recorder(100);
    await transport.subscribe("a", {}, sink);
    expect(await transport.publish("a", [])).toEqual([]);
    expect(sink.calls).toBe(0);
  });
});
