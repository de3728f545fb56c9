import { describe, expect, it } from "vitest";
import { readStream } from "./read.js";
import { answer, begin, chunks, end, message, reading, useFakeClock } from "./read.test-support.js";

const held = useFakeClock();

describe("readStream, in silence,", () => {
  it("fails with STREAM_ABANDONED after three heartbeats of silence, and cancels its messages", async () => {
    const { push, got, cancelled } = reading();
    await held.clock.advance("1h");
    expect(got.state).toBe("open");
    push(begin(), chunks(0, "a"));
    await held.clock.advance(2_999);
    push(chunks(1, ""));
    await held.clock.advance(2_999);
    expect(got).toEqual({ text: "a", state: "open" });
    await held.clock.advance(1);
    expect(got).toEqual({ text: "a", state: "STREAM_ABANDONED" });
    expect(cancelled).toHaveBeenCalledOnce();
  });

  it("waits for one that it goes on reading for no longer than for any, before it heard of its heartbeat", async () => {
    const { got } = reading({ stream: "s", after: 3 });
    await held.clock.advance("30s");
    expect(got.state).toBe("STREAM_ABANDONED");
  });

  it("isn't put off by what isn't the stream's: other topics and other streams", async () => {
    const { push, say, got } = reading();
    push(begin(), chunks(0, "a"));
    for (let i = 0; i < 6; i++) {
      await held.clock.advance(499);
      expect(got.state).toBe("open");
      if (i % 2) push(chunks(i, "T", "t"));
      else say(message(chunks(i, "no"), "other"));
    }
    await held.clock.advance(6);
    expect(got).toEqual({ text: "a", state: "STREAM_ABANDONED" });
  });

  it("hears what came while nothing could be heard, however long that was", async () => {
    for (const milliseconds of [3_001, 3_400, 4_001]) {
      const { push, got } = reading();
      push(begin(), chunks(0, "a"));
      await held.clock.sleep(milliseconds);
      if (milliseconds === 3_001) {
        // As late as any timer may be.
        expect(got.state).toBe("STREAM_ABANDONED");
        continue;
      }
      push(chunks(1, "b"), end(2));
      await held.clock.advance(0);
      expect(got).toEqual({ text: "ab", state: "done" });
    }
  });

  it("waits for as long as a timer can, where a heartbeat is longer", async () => {
    const { push, got } = reading();
    push({ type: "begin", stream: "s", heartbeat: 2 ** 40 });
    await held.clock.advance("1d");
    expect(got.state).toBe("open");
    push(end(0));
    await held.clock.advance(0);
    expect(got.state).toBe("done");
  });

  it("counts anew after the machine slept", async () => {
    const { push, got } = reading();
    push(begin(), chunks(0, "a"));
    await held.clock.sleep("8h");
    expect(got.state).toBe("open");
    await held.clock.advance(2_000);
    push(chunks(1, "b"), end(2));
    await held.clock.advance(0);
    expect(got).toEqual({ text: "ab", state: "done" });
  });

  it("counts silence while somebody waits, and not while nobody reads", async () => {
    const source = new ReadableStream({
      start(controller) {
        for (const part of [begin(), chunks(0, "a"), chunks(1, "b"), end(2)])
          controller.enqueue(message(part));
      },
    });
    const reader = readStream<ReturnType<typeof message>, "answer">(source, answer).getReader();
    expect(await reader.read()).toEqual({ value: "a", done: false });
    await held.clock.advance("1h");
    expect(await reader.read()).toEqual({ value: "b", done: false });
    expect(await reader.read()).toEqual({ value: undefined, done: true });
  });
});
