import { describe, expect, it } from "vitest";
import { type MemoryOptions, memory } from "./index.js";
import { readOptions } from "./options.js";

describe("the options of memory()", () => {
  it("have defaults", () => {
    expect(readOptions({})).toEqual({
      count: 10_000,
      bytes: 4 * 1024 * 1024,
      age: 600_000,
      totalBytes: 64 * 1024 * 1024,
      keyWindow: 600_000,
      maxBytes: 1024 * 1024,
    });
    expect(readOptions({ history: {}, keyWindow: undefined })).toEqual(readOptions({}));
  });

  it("are what the transport claims", () => {
    const supports = { replay: true, keys: 60_000, maxBytes: 2_000, shared: false };
    expect(memory({ keyWindow: "1m", maxBytes: 2_000 }).supports).toEqual(supports);
  });

  it.each<[MemoryOptions, RegExp]>([
    [{ history: { count: 0 } }, /^memory: history\.count is 0: give a whole number, 1 or more\.$/],
    [{ history: { count: 1.5 } }, /^memory: history\.count is 1\.5: give a whole number/],
    [{ history: { count: Number.POSITIVE_INFINITY } }, /^memory: history\.count is Infinity: give a whole/],
    [{ history: { bytes: -1 } }, /^memory: history\.bytes is -1: /],
    [{ totalBytes: Number.NaN }, /^memory: totalBytes is NaN: /],
    [{ maxBytes: "1" as never }, /^memory: maxBytes is 1: /],
    [
      { history: { age: "soon" as never } },
      /^memory: history\.age is "soon": give milliseconds, 0 or more, or/,
    ],
    [{ history: { age: 0 } }, /^memory: history\.age is 0: give a duration above 0\.$/],
    [{ keyWindow: "0s" }, /^memory: keyWindow is 0s: give a duration above 0\.$/],
    [{ keyWindow: -5 }, /^memory: keyWindow is -5: give milliseconds/],
  ])("refuses %j", (options, message) => {
    expect(() => memory(options)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
  });
});
