import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldStream, isAbandoned } from "./fold.js";
import type { StreamPart, StreamState } from "./types.js";

type Part = StreamPart<string>;
const begin = (stream = "s", run = "1"): Part => ({ type: "begin", stream, heartbeat: 1_000, run });
const chunks = (index: number, ...list: string[]): Part => ({
  type: "chunks",
  stream: "s",
  index,
  chunks: list,
});
const end = (index: number, stream = "s"): Part => ({ type: "end", stream, index });
const fold = (...parts: Part[]) =>
  parts.reduce<StreamState<string> | undefined>((state, part) => foldStream(state, part, 5), undefined);

describe("foldStream", () => {
  it("follows a stream from its beginning to its end", () => {
    expect(fold(begin())).toEqual({
      ...{ stream: "s", status: "streaming", chunks: [], text: "", count: 0 },
      ...{ error: undefined, heartbeat: 1_000, at: 5 },
    });
    const state = fold(begin(), chunks(0, "a"), chunks(1, "b", "c"), end(3));
    expect(state).toMatchObject({ status: "done", chunks: ["a", "b", "c"], text: "abc", count: 3 });
    expect(Object.isFrozen(state) && Object.isFrozen(state?.chunks)).toBe(true);
  });

  it("joins the chunks that are text", () => {
    let state = foldStream<unknown>(undefined, begin());
    state = foldStream(state, { type: "chunks", stream: "s", index: 0, chunks: ["a", { b: 1 }, "c"] });
    expect(state).toMatchObject({ text: "ac", chunks: ["a", { b: 1 }, "c"] });
  });

  it("takes a part that it doesn't know, of a later version, as a sign of life", () => {
    const later = { type: "note", stream: "s", index: 1, note: "!" } as never;
    const parts = [begin(), chunks(0, "a"), later, chunks(1, "b"), end(2)];
    const states = parts.map(
      ((state?: StreamState<string>) => (part: Part) => {
        state = foldStream(state, part);
        return [state.text, state.status];
      })(),
    );
    expect(states.slice(1)).toEqual([
      ["a", "streaming"],
      ["a", "streaming"],
      ["ab", "streaming"],
      ["ab", "done"],
    ]);
  });

  it("counts a chunk once that comes twice", () => {
    const state = fold(
      begin(),
      chunks(0, "a", "b"),
      begin(),
      chunks(0, "a", "b"),
      chunks(1, "b", "c"),
      chunks(0),
    );
    expect(state).toMatchObject({ status: "streaming", text: "abc", count: 3 });
  });

  it("is an error where chunks are missing, and stays it", () => {
    for (const parts of [
      [begin(), chunks(0, "a"), chunks(2, "c"), chunks(1, "b"), end(3)],
      [begin(), chunks(0, "a"), end(2)],
    ]) {
      const state = fold(...parts);
      expect(state).toMatchObject({ status: "error", text: "a", error: { code: "STREAM_INCOMPLETE" } });
      expect(state?.error?.message).toContain("chunks 1 to");
    }
  });

  it("is an error where it came too late for the beginning, until the next stream", () => {
    const late = fold(chunks(3, "d"));
    expect(late).toMatchObject({ status: "error", chunks: [], error: { code: "STREAM_INCOMPLETE" } });
    expect(late && foldStream(late, begin("t"))).toMatchObject({ stream: "t", status: "streaming" });
    // Where nothing was missed but the word that it begins, nothing is amiss.
    expect(fold(chunks(0, "a"))).toMatchObject({ status: "streaming", text: "a" });
  });

  it("takes over what the publisher says went wrong", () => {
    const codes = ["STREAM_FAILED", "STREAM_ABORTED", "OF_ANOTHER_VERSION"].map((code) => {
      const state = fold(begin(), chunks(0, "a"), {
        type: "error",
        stream: "s",
        index: 1,
        code,
        message: "Oh.",
      });
      expect(state).toMatchObject({ status: "error", text: "a", error: { message: "Oh." } });
      return state?.error?.code;
    });
    expect(codes).toEqual(["STREAM_FAILED", "STREAM_ABORTED", "STREAM_FAILED"]);
  });

  it("follows the stream that began last, and another attempt of the same", () => {
    const state = fold(begin(), chunks(0, "a"), begin("t"), chunks(1, "b"));
    expect(state).toMatchObject({ stream: "t", count: 0, status: "streaming" });
    expect(fold(begin(), chunks(0, "a"), end(1), begin("s", "2"))).toMatchObject({
      text: "",
      status: "streaming",
    });
  });

  it("gives the same state, or the same list, where nothing changes", () => {
    const state = fold(begin(), chunks(0, "a"), end(1));
    for (const part of [begin(), chunks(0, "a"), chunks(1, "b"), end(1), end(0, "other")]) {
      expect(state && foldStream(state, part)).toBe(state);
    }
    const alive = fold(begin(), chunks(0, "a"));
    const later = alive && foldStream(alive, chunks(1), 2_000);
    expect(later?.at).toBe(2_000);
    expect(later?.chunks).toBe(alive?.chunks);
  });

  it("may fold onto a state again, and onto one that came from elsewhere", () => {
    const state = fold(begin(), chunks(0, "a")) as StreamState<string>;
    const one = foldStream(state, chunks(1, "b"));
    const two = foldStream(state, chunks(1, "c"));
    const sent = foldStream(JSON.parse(JSON.stringify(one)) as StreamState<string>, chunks(2, "d"));
    expect([state, one, two, sent].map(({ chunks }) => chunks.join(""))).toEqual(["a", "ab", "ac", "abd"]);
    expect([state, one, two, sent].map(({ text }) => text)).toEqual(["a", "ab", "ac", "abd"]);
  });

  it("is the same for any way to cut it, with any repeats", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.tuple(fc.nat(), fc.nat(20))), (all, cuts) => {
        let state = foldStream(undefined, begin());
        for (const [at, length] of cuts) {
          const index = at % (state.count + 1);
          state = foldStream(state, chunks(index, ...all.slice(index, index + length)));
        }
        expect(state.chunks).toEqual(all.slice(0, state.count));
        expect(state.text).toBe(all.slice(0, state.count).join(""));
      }),
    );
  });

  it("costs no more per part when the stream is long", () => {
    const time = (parts: number) => {
      const start = performance.now();
      let state = foldStream<string>(undefined, begin());
      for (let i = 0; i < parts; i++) state = foldStream(state, chunks(i, "word "));
      expect(state.text).toHaveLength(parts * 5);
      return performance.now() - start;
    };
    time(20_000);
    // Quadratic, it would be 100 times as much.
    expect(time(200_000)).toBeLessThan(40 * Math.max(5, time(20_000)));
  });
});

describe("isAbandoned", () => {
  it("is true after three heartbeats of silence, of a stream that hasn't ended", () => {
    const state = fold(begin()) as StreamState<string>;
    expect([isAbandoned(state, 3_005), isAbandoned(state, 3_006)]).toEqual([false, true]);
    expect(isAbandoned(foldStream(state, chunks(0), 2_000), 3_006)).toBe(false);
    expect(isAbandoned(foldStream(state, end(0), 5), 9_999)).toBe(false);
  });
});
