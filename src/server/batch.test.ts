import { describe, expect, it } from "vitest";
import { snapshot } from "../codec.js";
import { createFrame } from "../frame.js";
import { Batch, newerThan, topicFilter } from "./batch.js";

const deliveries = ["a", "b", "a", "c"].map((topic, i) => ({
  id: `e.${i + 1}`,
  frame: createFrame(topic, snapshot(i, "test"), 0),
}));
const textOf = (frames: readonly { text: Uint8Array }[]) =>
  frames.map(({ text }) => new TextDecoder().decode(text)).join();

describe("a batch", () => {
  it("gives each set of topics its own messages, made once for all who want the same", () => {
    const batch = new Batch("c", deliveries);
    const [a, b] = [batch.of(topicFilter(["a"])), batch.of(topicFilter(["b"]))];
    expect([a.last, b.last, batch.of(topicFilter(["x"])).last]).toEqual(["e.3", "e.2", undefined]);
    expect(batch.of(topicFilter(["a"]))).toBe(a);
    expect(batch.of(topicFilter(["b", "a"]))).toBe(batch.of(topicFilter(["a", "b", "a"])));
    expect(textOf(a.frames(1))).toContain('"id":1,"messages":[["e.1"');
    expect(a.frames(1)).toBe(a.frames(1));
    expect(textOf(a.frames(2))).toContain('"id":2');
    expect(textOf(a.frames(1))).not.toContain("e.2");
  });

  it("gives what comes after a position; itself to who stands where it begins", () => {
    const batch = new Batch("c", deliveries, "e.0");
    expect([batch.after("e.0"), batch.after(undefined)]).toEqual([batch, batch]);
    expect(batch.after("e.2")?.deliveries.map(({ id }) => id)).toEqual(["e.3", "e.4"]);
    expect(batch.after("e.4")).toBeUndefined();
    expect(newerThan("other.9", deliveries)).toBe(deliveries);
  });
});
