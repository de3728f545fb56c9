import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { publish } from "./publish.js";
import { code, fetch, last, options, room, sent, token, turn, useRequests } from "./publish.test-support.js";

useRequests();

describe("publish", () => {
  it("sends the input as it travels, with its key, and gives the id", async () => {
    const data = { text: "Hello", at: new Date(0) };
    const promise = publish(room.said, data, { ...options, key: "once" });
    data.text = "changed too late";
    await turn();
    expect(last().address).toBe("https://host/api/realtime/publish");
    expect(last().init).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(last().body).toEqual({
      token: "k1",
      channel: "chat:7",
      messages: [
        {
          topic: "said",
          data: { text: "Hello", at: "1970-01-01T00:00:00.000Z" },
          kinds: { "/at": "Date" },
          key: "once",
        },
      ],
    });
    await last().ok();
    expect(await promise).toEqual({ id: "e.1" });
  });

  it("is typed by the topic's input and the channel's token", () => {
    const call = () => publish(room.said, { text: "x", at: "2026-01-01" }, options);
    expectTypeOf(call).returns.resolves.toEqualTypeOf<{ readonly id: string }>();
    // @ts-expect-error: no text
    void (() => publish(room.said, { at: new Date() }, options));
    // @ts-expect-error: another channel's token
    void (() => publish(room.typing, "x", { token: { channel: "news", key: "k" } }));
    void (() => publish(room.typing, "x", { token: "a.b.c" }));
    void (() => publish(room.typing, "x", { token: async () => token }));
  });

  it.each([
    ["no reference", "UNKNOWN_TOPIC", () => publish({} as never, 1 as never, options)],
    ["no token", "INVALID_OPTIONS", () => publish(room.typing, "x", {} as never)],
    ["no options", "INVALID_OPTIONS", () => publish(room.typing, "x", undefined as never)],
    ["what can't travel", "UNSUPPORTED_VALUE", () => publish(room.typing, (() => 1) as never, options)],
    ["a token that is none", "TOKEN_MALFORMED", () => publish(room.typing, "x", { ...options, token: "x" })],
    ["no address", "INVALID_OPTIONS", () => publish(room.typing, "x", { token, fetch })],
  ])("rejects for %s", async (_, expected, call) => {
    expect(await code(call())).toBe(expected);
    expect(sent).toEqual([]);
  });

  it.each([
    ["the option", { ...options, url: "wss://other/rt/?a=1" }, "https://other/rt/publish?a=1"],
    ["the token", { token: { ...token, url: "https://told/rt" }, fetch }, "https://told/rt/publish"],
  ])("goes where %s says", async (_, given, address) => {
    void code(publish(room.typing, "x", given));
    await turn();
    expect(last().address).toBe(address);
  });
});

describe("tokens", () => {
  it("a function is asked when there is no token, and that is kept", async () => {
    const fetchToken = vi.fn(async () => token);
    for (const data of ["1", "2"]) {
      const promise = publish(room.typing, data, { ...options, token: fetchToken });
      await turn();
      await last().ok();
      await promise;
    }
    expect(fetchToken).toHaveBeenCalledOnce();
  });

  it.each(["TOKEN_EXPIRED", "TOKEN_REVOKED"])("and once again after %s", async (refusal) => {
    const keys = ["k1", "k2", "k3"];
    const fetchToken = vi.fn(async () => ({ channel: "chat:7", key: keys.shift() ?? "" }) as const);
    const promise = code(publish(room.typing, "x", { ...options, token: fetchToken }));
    await turn();
    const refuse = () => last().answer(401, { error: { code: refusal, message: "No." } });
    await refuse();
    expect(sent.map(({ body }) => body.token)).toEqual(["k1", "k2"]);
    expect(last().body.messages).toEqual(sent[0]?.body.messages);
    await refuse();
    expect(await promise).toBe(refusal);
    expect(sent).toHaveLength(2);
  });

  it("a value is sent once", async () => {
    const promise = code(publish(room.typing, "x", options));
    await turn();
    await last().answer(401, { error: { code: "TOKEN_EXPIRED", message: "No." } });
    expect([await promise, sent.length]).toEqual(["TOKEN_EXPIRED", 1]);
  });

  it("a function that fails refuses what waits for it, and is asked again for what comes later", async () => {
    const cause = new Error("401");
    const fetchToken = vi.fn<() => Promise<typeof token>>().mockRejectedValueOnce(cause);
    const failed = publish(room.typing, "1", { ...options, token: fetchToken });
    await expect(failed).rejects.toMatchObject({ code: "TOKEN_REQUEST_FAILED", cause });
    fetchToken.mockResolvedValue(token);
    const promise = code(publish(room.typing, "2", { ...options, token: fetchToken }));
    await turn();
    await last().ok();
    expect(await promise).toBe("published");
  });
});
