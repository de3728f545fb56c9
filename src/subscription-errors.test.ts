import { afterEach, describe, expect, it, vi } from "vitest";
import { RealtimeError } from "./errors.js";
import { drain, failure, type Message, setUp } from "./subscription.test-support.js";

describe("errors", () => {
  const broken = vi.fn();
  afterEach(() => {
    vi.unstubAllGlobals();
    broken.mockReset();
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
    ],
    ["rejects", () => Promise.reject(new Error("boom"))],
  ])("tells onError where a handler %s, and goes on", async (_, fail) => {
    const got: number[] = [];
    const { send } = setUp({
      onMessage: ({ n }) => (n === 1 ? fail() : got.push(n)),
      onError: broken,
    });
    send(1, 2);
    await vi.waitFor(() => expect(got).toEqual([2]));
    expect(broken).toHaveBeenCalledTimes(1);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED", cause: { message: "boom" } });
  });

  it("tells onError, in its place, of a message that can't be read, and goes on", async () => {
    const log: unknown[] = [];
    const read = (raw: Message) => {
      if (raw.n === 2) throw new RealtimeError("INVALID_PAYLOAD", "bad");
      if (raw.n === 4) return Promise.reject(new TypeError("odd"));
      return raw;
    };
    const { send, subscription, end } = setUp({
      read,
      onMessage: ({ n }) => log.push(n),
      onError: ({ code }: RealtimeError) => log.push(code),
    });
    const iterated = drain(subscription);
    send(1, 2, 3, 4, 5);
    end();
    expect(await iterated).toEqual([1, 3, 5]);
    expect(log).toEqual([1, "INVALID_PAYLOAD", 3, "SCHEMA_FAILED", 5]);
  });

  it("raises what nobody hears: by reportError where there is one", () => {
    vi.stubGlobal("reportError", broken);
    const { send } = setUp({
      onMessage: () => {
        throw new Error("boom");
      },
    });
    send(1);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED" });
  });

  it("raises what nobody hears: as an uncaught exception elsewhere", async () => {
    vi.stubGlobal("reportError", undefined);
    const raised: (() => void)[] = [];
    vi.stubGlobal("queueMicrotask", (raise: () => void) => raised.push(raise));
    const { send } = setUp({ onMessage: () => Promise.reject(new Error("boom")) });
    send(1);
    await vi.waitFor(() => expect(raised).toHaveLength(1));
    expect(raised[0]).toThrow("A handler failed: boom");
  });

  it("raises what onError throws", () => {
    vi.stubGlobal("reportError", broken);
    const { fail } = setUp({
      onError: () => {
        throw new Error("again");
      },
    });
    fail(failure);
    expect(broken.mock.calls[0]?.[0]).toMatchObject({ code: "HANDLER_FAILED", cause: { message: "again" } });
  });
});
