import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OutgoingFrame } from "../gateway/socket.js";
import { createSseLine, SSE } from "./sse-line.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const frame = (text: string) => new OutgoingFrame(encoder.encode(text));

function start() {
  const events = { drained: vi.fn(), pinged: vi.fn(), gone: vi.fn() };
  const line = createSseLine(events);
  const reader = line.body.getReader();
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? undefined : decoder.decode(value);
  };
  return { ...line, events, reader, read };
}
const turn = () => vi.advanceTimersByTimeAsync(0);

describe("the envelope", () => {
  it.each([
    ['{"a":1}', 'data: {"a":1}\n\n'],
    // What JSON may hold between its parts ends no event.
    ['{\n"a":\r\n1}', 'data: { "a":  1}\n\n'],
    ["", "data: \n\n"],
    ['{"é":"\\n"}', 'data: {"é":"\\n"}\n\n'],
  ])("of %j", (text, event) => {
    expect(decoder.decode(SSE.wrap(encoder.encode(text)))).toBe(event);
  });

  it("is made once for all lines", async () => {
    const one = start();
    const two = start();
    const shared = frame("{}");
    const wrap = vi.spyOn(SSE, "wrap");
    one.socket.send(shared);
    two.socket.send(shared);
    expect(await one.read()).toBe(await two.read());
    expect(wrap).toHaveBeenCalledOnce();
  });
});

describe("a line", () => {
  it("hands on what waited for its reader, then a turn at a time", async () => {
    const { socket, read } = start();
    socket.send(frame("1"));
    socket.send(frame("2"));
    expect(await read()).toBe("data: 1\n\ndata: 2\n\n");
    const next = read();
    socket.send(frame("3"));
    await Promise.resolve();
    socket.send(frame("4"));
    await turn();
    expect(await next).toBe("data: 3\n\ndata: 4\n\n");
  });

  it("counts what nobody has pulled, and says when that is nothing", async () => {
    const { socket, read, events } = start();
    expect(socket.unwritten).toBe(0);
    socket.send(frame("1"));
    socket.send(frame("2"));
    await turn();
    expect(socket.unwritten).toBe(2 * "data: 1\n\n".length);
    expect(events.drained).not.toHaveBeenCalled();
    await read();
    expect(socket.unwritten).toBe(0);
    expect(events.drained).toHaveBeenCalledOnce();
  });

  it("closes by a frame, after what was queued", async () => {
    const { socket, read, events } = start();
    socket.send(frame("1"));
    socket.close(1012, 'It "restarts".');
    socket.send(frame("2"));
    socket.close(4400, "again");
    expect(events.gone).not.toHaveBeenCalled();
    expect(await read()).toBe(
      'data: 1\n\ndata: {"type":"close","code":1012,"reason":"It \\"restarts\\"."}\n\n',
    );
    expect(await read()).toBeUndefined();
    expect(events.gone).toHaveBeenCalledOnce();
  });

  it("finishes without one, also while its reader waits", async () => {
    const { finish, read, events } = start();
    const waiting = read();
    finish();
    expect(await waiting).toBeUndefined();
    expect(events.gone).toHaveBeenCalledOnce();
  });

  it("is cut where what is queued at its end isn't read in time", async () => {
    const { socket, finish, read, events } = start();
    socket.send(frame("1"));
    finish();
    await vi.advanceTimersByTimeAsync(4999);
    expect(events.gone).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(events.gone).toHaveBeenCalledOnce();
    await expect(read()).rejects.toThrow("cut");
    expect(socket.unwritten).toBe(0);
  });

  it.each([
    ["before anything is read", async () => undefined],
    ["with something queued", async ({ socket }: Started) => socket.send(frame("1"))],
    [
      "while it waits for something",
      async ({ read, socket }: Started) => {
        void read();
        await turn();
        socket.send(frame("1"));
      },
    ],
    ["while it closes", async ({ socket }: Started) => socket.close(1012, "")],
  ])("is given up %s, and nothing is left", async (_, prepare) => {
    const started = start();
    await prepare(started);
    await started.reader.cancel();
    expect(started.events.gone).toHaveBeenCalledOnce();
    expect(started.socket.unwritten).toBe(0);
    started.socket.send(frame("2"));
    started.socket.close(1012, "");
    started.finish();
    started.drop();
    started.socket.terminate();
    await turn();
    expect(started.socket.unwritten).toBe(0);
    expect(started.events.gone).toHaveBeenCalledOnce();
  });

  it("terminated, it is an error to its reader; dropped, it just ends", async () => {
    const one = start();
    one.socket.terminate();
    await expect(one.read()).rejects.toThrow("cut");
    const two = start();
    two.socket.send(frame("1"));
    two.drop();
    expect(await two.read()).toBeUndefined();
    expect([one.events.gone, two.events.gone].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  });

  it("asks for signs of life by its event", () => {
    const { socket, events } = start();
    socket.ping();
    expect(events.pinged).toHaveBeenCalledOnce();
  });
});

type Started = ReturnType<typeof start>;
