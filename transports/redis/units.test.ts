import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RealtimeError } from "../../src/errors.js";
import { decodeBatch, encodeFrames } from "./batch.js";
import type { Connection, LineEvents } from "./clients.js";
import { failure } from "./errors.js";
import { namesOf } from "./names.js";
import { readOptions } from "./options.js";
import { pageOf, positionArgs, readReply } from "./pages.js";
import { Subscriber } from "./subscriber.js";
import { tell } from "./telling.js";

describe("a batch", () => {
  it("gives back its messages", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.array(fc.record({ topic: text, payload: text })), (frames) => {
        expect(decodeBatch(encodeFrames(frames))).toEqual(frames);
      }),
    );
  });

  it("may be joined with another", () => {
    const [one, two] = [
      { topic: "a", payload: "1,1:xx" },
      { topic: "", payload: "" },
    ];
    expect(decodeBatch(encodeFrames([one]) + encodeFrames([two, one]))).toEqual([one, two, one]);
  });

  it("is none where it isn't whole", () => {
    for (const text of [
      "x",
      "1",
      "1,",
      "1,1",
      "1,1:",
      "1,1:a",
      ",1:a",
      "a,1:bb",
      "1,1:ab1",
      "1,-1:a",
      "00,-6:x",
      "-6,6:x",
      "-1,2:ab",
      "1.5,1:abc",
    ]) {
      expect([text, decodeBatch(text)]).toEqual([text, undefined]);
    }
  });
});

describe("names", () => {
  it("differ for different channels, and keep to one hash tag", () => {
    const channel = fc.string({ unit: fc.constantFrom("a", "{", "}", "%", "7", "B", ":", "*", "é") });
    const tag = (name: string) => /\{(.*?)\}/s.exec(name)?.[1];
    fc.assert(
      fc.property(channel, channel, (one, two) => {
        const [a, b] = [namesOf("p:", one), namesOf("p:", two)];
        expect(a.state === b.state).toBe(one === two);
        expect(new Set([a.state, a.stream, a.live, a.writer("}{"), a.used("{x}")].map(tag)).size).toBe(1);
        expect(decodeURIComponent(tag(a.state) ?? "")).toBe(one);
      }),
    );
  });
});

describe("options", () => {
  it("have defaults", () => {
    expect(readOptions({})).toEqual({
      prefix: "halyard:",
      count: 10_000,
      age: 3_600_000,
      keyWindow: 600_000,
      maxBytes: 1_048_576,
      timeout: 10_000,
    });
  });

  it("say what is wrong with them", () => {
    const wrong: [Parameters<typeof readOptions>[0], string][] = [
      [{ history: { count: 0 } }, "redis: history.count is 0"],
      [{ history: { age: 0 } }, "redis: history.age is 0"],
      [{ history: { age: "1000d" } }, "redis: history.age is 86400000000"],
      [{ keyWindow: -1 }, "redis: keyWindow is -1"],
      [{ maxBytes: 1.5 }, "redis: maxBytes is 1.5"],
      [{ maxBytes: 1e9 }, "redis: maxBytes is 1000000000"],
      [{ timeout: Number.NaN }, "redis: timeout is NaN"],
      [{ prefix: "a{}b" }, 'redis: prefix is "a{}b"'],
      [{ prefix: 1 as unknown as string }, "redis: prefix is 1"],
    ];
    for (const [options, message] of wrong) {
      const expected = { code: "INVALID_OPTIONS", message: expect.stringContaining(message) };
      expect(() => readOptions(options)).toThrow(expect.objectContaining(expected));
    }
    for (const prefix of ["", "{app}:", "a{", "}{}", "x}"]) {
      if (prefix === "}{}") expect(() => readOptions({ prefix })).toThrow(RealtimeError);
      else expect(readOptions({ prefix }).prefix).toBe(prefix);
    }
  });
});

describe("positions", () => {
  it("are taken apart for the script, or known to be none", () => {
    expect(positionArgs(undefined)).toEqual(["", "", "0"]);
    expect(positionArgs("seed-run.7")).toEqual(["seed", "run", "7"]);
    for (const none of ["", "x", "seed-run.-1", "seed run.7"])
      expect(positionArgs(none)).toEqual(["?", "", "0"]);
    // Such as could be taken for the marks of "no position", were they passed on.
    for (const foreign of ["-run.7", "foreign.7"]) expect(positionArgs(foreign)).toEqual(["-", "", "7"]);
  });
});

describe("an answer that isn't one", () => {
  it("is an error", () => {
    for (const reply of [undefined, "x", [], ["x"], [1]]) expect(() => readReply(reply)).toThrow("answered");
    const reply = readReply(["s-r 2 1 -", 2, 2, encodeFrames([{ topic: "a", payload: "b" }])]);
    expect(() => pageOf(reply, { limit: 1 }, "reading")).toThrow("isn't one of the transport's");
  });
});

describe("what is told", () => {
  const watcher = () => ({ stored: vi.fn(), changed: vi.fn(), fail: vi.fn() });

  it("is a batch and what it follows on", () => {
    const told = watcher();
    tell(
      told,
      `s-r 5\n${encodeFrames([
        { topic: "a", payload: "b" },
        { topic: "a", payload: "c" },
      ])}`,
    );
    const deliveries = ["b", "c"].map((payload, i) => ({
      id: `s-r.${6 + i}`,
      frame: { topic: "a", payload },
    }));
    expect(told.stored.mock.calls).toEqual([["s-r.5", deliveries]]);
  });

  it("is looked up where it makes no sense, since somebody else may publish there", () => {
    for (const text of ["x", "s-r\n", "s-r 5", "s-r 5\nx", "s-r 5\n1,9:a", "{}"]) {
      const told = watcher();
      tell(told, text);
      expect([text, told.changed.mock.calls.length, told.stored.mock.calls.length]).toEqual([text, 1, 0]);
    }
  });

  it("may be nothing: a publisher tries whether it may", () => {
    const told = watcher();
    tell(told, "");
    expect([told.changed, told.stored].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  });
});

describe("the connection that listens", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("isn't trusted: each channel is looked at once a minute, and a line that doesn't answer is replaced", async () => {
    vi.useFakeTimers();
    let lines = 0;
    let pings = 0;
    let answers = true;
    const connection: Connection = {
      run: async () => undefined,
      async listen(_: LineEvents) {
        lines++;
        return {
          subscribe: async () => undefined,
          unsubscribe: async () => undefined,
          ping: () => {
            pings++;
            return answers ? Promise.resolve() : new Promise(() => {});
          },
          close: () => {},
        };
      },
      onEnd: () => () => {},
    };
    const subscriber = new Subscriber(connection, 1_000);
    const changed = Array.from({ length: 90 }, () => vi.fn());
    const hearers = changed.map((changed) => ({ changed, heard: vi.fn(), fail: vi.fn() }));
    await Promise.all(hearers.map((hearer, i) => subscriber.watch(`c${i}`, hearer)));
    const looks = () => changed.map(({ mock }) => mock.calls.length);
    expect(looks().every((count) => count === 0)).toBe(true);

    // Not all in one second.
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks().filter((count) => count > 0).length).toBeLessThan(5);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(new Set(looks())).toEqual(new Set([1]));
    expect([lines, pings]).toEqual([1, 12]);

    answers = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(pings).toBe(13);
    answers = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lines).toBe(2);
    // Whatever was said meanwhile is looked for.
    expect(looks().every((count) => count >= 2)).toBe(true);
    subscriber.close(new RealtimeError("CLOSED", "closed"));
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an error of a script, as Redis 6.2 wraps it", () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'.", /out of memory/],
    ["READONLY You can't write against a read only replica.", /read-only replica/],
    ["MISCONF Redis is configured to save RDB snapshots.", /can't save to its disk/],
  ])("is told apart: %s", (said, says) => {
    const error = new Error(
      `ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -${said}`,
    );
    expect(failure("it", error, true).message).toMatch(says);
    expect(failure("it", error, true).message).toMatch(/Nothing was stored/);
  });
});
