import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type ReadStreamOptions, readStream } from "./read.js";
import {
  answer,
  begin,
  chunks,
  end,
  message,
  type Part,
  reading,
  useFakeClock,
} from "./read.test-support.js";

const held = useFakeClock();

async function readAll(
  messages: readonly ReturnType<typeof message>[],
  options: Partial<ReadStreamOptions<"answer">> = {},
) {
  async function* source() {
    yield* messages;
  }
  let text = "";
  try {
    for await (const chunk of readStream(source(), { ...answer, ...options })) text += chunk;
    return { text, state: "done" };
  } catch (error) {
    return { text, state: (error as { code?: string }).code };
  }
}

describe("readStream", () => {
  it("gives the chunks of the stream that begins next, and of no other", async () => {
    const parts = [
      chunks(3, "z", "old"),
      end(4, "old"),
      begin(),
      begin("t"),
      chunks(0, "T", "t"),
      chunks(0, "ab"),
      end(1, "t"),
    ];
    const messages = [...parts, chunks(2, "c"), end(3), chunks(9, "x")].map((part) => message(part));
    messages.splice(5, 0, message(chunks(0, "no"), "other"));
    expect(await readAll(messages)).toEqual({ text: "abc", state: "done" });
    expect(await readAll(messages, { stream: "t" })).toEqual({ text: "T", state: "done" });
    expect(await readAll(messages, { topic: { topic: "answer" } })).toEqual({ text: "abc", state: "done" });
  });

  it("goes on from where one was, and gives nothing twice", async () => {
    const all = [begin(), chunks(0, "ab"), chunks(2, "cd"), chunks(0, "abcd"), chunks(4, "e"), end(5)];
    const messages = all.map((part) => message(part));
    for (let after = 0; after <= 5; after++) {
      expect(await readAll(messages, { stream: "s", after })).toEqual({
        text: "abcde".slice(after),
        state: "done",
      });
    }
    expect(await readAll(messages.slice(2), { stream: "s", after: 3 })).toEqual({
      text: "de",
      state: "done",
    });
  });

  it.each<[string, Part[], object, string]>([
    ["a hole", [begin(), chunks(0, "a"), chunks(2, "c")], {}, "a"],
    ["an end that comes too early", [begin(), chunks(0, "a"), end(2)], {}, "a"],
    ["a beginning that didn't come", [chunks(2, "c")], { stream: "s" }, ""],
    ["messages that end", [begin(), chunks(0, "a")], {}, "a"],
    [
      "another attempt of the same id",
      [begin(), chunks(0, "a"), begin("s", "2"), chunks(0, "xy"), end(2)],
      {},
      "a",
    ],
    [
      "one that it joined late",
      [chunks(0, "a"), begin("s", "2"), chunks(0, "xy"), end(2)],
      { stream: "s" },
      "a",
    ],
  ])("fails with STREAM_INCOMPLETE at %s", async (_, parts, options, text) => {
    const result = await readAll(
      parts.map((part) => message(part)),
      options,
    );
    expect(result).toEqual({ text, state: "STREAM_INCOMPLETE" });
  });

  it("takes another attempt where it had nothing of the one before", async () => {
    const parts = [begin(), begin("s", "2"), chunks(0, "a"), end(1)];
    expect(await readAll(parts.map((part) => message(part)))).toEqual({ text: "a", state: "done" });
  });

  it("takes a part that it doesn't know, of a later version, as a sign of life", async () => {
    const later = { type: "note", stream: "s", index: 1, note: "!" } as never;
    const parts = [begin(), chunks(0, "a"), later, chunks(1, "b"), end(2)];
    expect(await readAll(parts.map((part) => message(part)))).toEqual({ text: "ab", state: "done" });
  });

  it("fails as the publisher says", async () => {
    for (const code of ["STREAM_FAILED", "STREAM_ABORTED"]) {
      const parts: Part[] = [
        begin(),
        chunks(0, "a"),
        { type: "error", stream: "s", index: 1, code, message: "Oh." },
      ];
      expect(await readAll(parts.map((part) => message(part)))).toEqual({ text: "a", state: code });
    }
  });

  it("fails with what its messages fail with", async () => {
    const { fail, got } = reading();
    fail(new Error("mine"));
    await held.clock.advance(0);
    expect(got.state).toMatchObject({ message: "mine" });
  });

  it("takes messages as it is read, and none ahead", async () => {
    const pull = vi.fn((controller: ReadableStreamDefaultController) =>
      controller.enqueue(message(chunks(0, ""))),
    );
    const source = new ReadableStream({ pull }, { highWaterMark: 0 });
    const readable = readStream<ReturnType<typeof message>, "answer">(source, { ...answer, stream: "s" });
    await held.clock.advance(0);
    expect(pull).not.toHaveBeenCalled();
    await readable.cancel();
  });

  it("stops with its signal, and leaves no timer and no listener", async () => {
    const control = new AbortController();
    const remove = vi.spyOn(control.signal, "removeEventListener");
    const { push, got, cancelled } = reading({ signal: control.signal });
    push(begin(), chunks(0, "a"));
    await held.clock.advance(0);
    expect(held.clock.timers).toBe(1);
    control.abort("enough");
    await held.clock.advance(0);
    expect(got).toEqual({ text: "a", state: "enough" });
    expect(cancelled).toHaveBeenCalledWith("enough");
    expect(remove).toHaveBeenCalled();
    expect(() => reading({ signal: control.signal })).toThrow("enough");
  });

  it("stops when it is cancelled, and leaves no timer", async () => {
    const { push, got, reader, cancelled } = reading();
    push(begin());
    await held.clock.advance(0);
    await reader.cancel("why");
    await held.clock.advance(0);
    expect(got.state).toBe("done");
    expect(cancelled).toHaveBeenCalledWith("why");
  });

  it("refuses what it can't read", () => {
    const locked = new ReadableStream<ReturnType<typeof message>>();
    locked.getReader();
    const refused = expect.objectContaining({ code: "INVALID_OPTIONS" });
    expect(() => readStream(locked, answer)).toThrow(refused);
    expect(() => readStream<ReturnType<typeof message>, "answer">(5 as never, answer)).toThrow(refused);
    expect(() => readStream([] as never, { topic: undefined as never })).toThrow(refused);
    for (const after of [-1, 0.5, Number.NaN]) {
      expect(() =>
        readStream<ReturnType<typeof message>, "answer">([] as never, { ...answer, after }),
      ).toThrow(refused);
    }
  });

  it("gives what was published, in order, for any cut, repeat and place to go on from", async () => {
    const scene = fc.record({
      text: fc.string({ maxLength: 40 }),
      cuts: fc.array(fc.nat(8), { maxLength: 20 }),
      back: fc.array(fc.nat(10), { maxLength: 20 }),
      after: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ text, cuts, back, after }) => {
        const all = [...text];
        const parts: Part[] = [begin()];
        let at = 0;
        for (const [i, length] of cuts.entries()) {
          const next = Math.min(all.length, at + length);
          // A reconnect repeats some of what came before.
          const from = Math.max(0, at - (back[i] ?? 0));
          parts.push({ type: "chunks", stream: "s", index: from, chunks: all.slice(from, next) });
          at = next;
        }
        parts.push({ type: "chunks", stream: "s", index: at, chunks: all.slice(at) }, end(all.length));
        const had = Math.min(after, all.length);
        const read = await readAll(
          parts.map((part) => message(part)),
          { after: had },
        );
        expect(read).toEqual({ text: all.slice(had).join(""), state: "done" });
      }),
    );
  });
});
