import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { RealtimeError } from "../errors.js";
import { internalsOf } from "./app.js";
import { ch, connect, makeApp, settle } from "./gateway/session.test-support.js";
import { faulty } from "./revocations.test-support.js";

const NOW = 1_800_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

type AnyApp = ReturnType<typeof makeApp>["app"];
const tokenOf = async (app: AnyApp, subject?: string) =>
  (await app.token({ channel: ch, subject, expiresIn: "1h" })).key;

/** A client of the app that subscribes with this token: what it was answered. */
async function answer(app: AnyApp, token: string) {
  const client = connect(app);
  client.send({ type: "subscribe", id: 1, token });
  await settle();
  return { client, answer: client.frames.find(({ id }) => id === 1) };
}

describe("app.revoke", () => {
  it("ends what a token opened, wherever it is used, and leaves the others alone", async () => {
    const transport = memory();
    const [here, there] = [makeApp(transport).app, makeApp(transport).app];
    const [bad, good] = [await tokenOf(here, "u"), await tokenOf(here, "u")];
    const clients = [connect(here), connect(there)];
    for (const client of clients) {
      client.send({ type: "subscribe", id: 1, token: bad });
      client.send({ type: "subscribe", id: 2, token: good });
      await client.got("subscribed", 2);
    }
    await here.revoke({ token: bad });
    for (const client of clients) {
      expect(await client.got("ended")).toMatchObject([{ id: 1, code: "TOKEN_REVOKED", retry: true }]);
    }
    await here.publish(ch.step, 1);
    await settle();
    expect(clients.map((client) => client.data())).toEqual([[1], [1]]);
    expect((await answer(there, bad)).answer).toMatchObject({ type: "ended", code: "TOKEN_REVOKED" });
    expect((await answer(there, good)).answer).toMatchObject({ type: "subscribed" });
  });

  it.each(["jti", "token", "json"])("takes it by its %s", async (form) => {
    const { app } = makeApp();
    const token = await app.token({ channel: ch });
    const { id } = internalsOf(app, "test").gateway.tokens.verify(token.key);
    await app.revoke(
      form === "jti" ? { jti: id } : { token: form === "json" ? JSON.stringify(token) : token },
    );
    expect((await answer(app, token.key)).answer).toMatchObject({ code: "TOKEN_REVOKED" });
  });

  it("by subject: all until now, also of this millisecond; none that is issued afterwards", async () => {
    const { app } = makeApp();
    const before = await tokenOf(app, "u");
    const other = await tokenOf(app, "v");
    await app.revoke({ subject: "u" });
    const after = await tokenOf(app, "u");
    expect((await answer(app, before)).answer).toMatchObject({ code: "TOKEN_REVOKED" });
    expect((await answer(app, other)).answer).toMatchObject({ type: "subscribed" });
    expect((await answer(app, after)).answer).toMatchObject({ type: "subscribed" });
    vi.setSystemTime(NOW + 400);
    const sameSecond = await tokenOf(app, "u");
    expect((await answer(app, sameSecond)).answer).toMatchObject({ type: "subscribed" });
    await app.revoke({ subject: "u" });
    expect((await answer(app, sameSecond)).answer).toMatchObject({ code: "TOKEN_REVOKED" });
  });

  it("is known to a server that starts later, however many there were", async () => {
    const { transport } = faulty();
    const { app } = makeApp(transport);
    const keys = await Promise.all(Array.from({ length: 7 }, () => tokenOf(app)));
    // No gateway in this process: it only tells.
    for (const token of keys) await app.revoke({ token });
    const later = makeApp(transport).app;
    for (const key of keys)
      expect((await answer(later, key)).answer).toMatchObject({ code: "TOKEN_REVOKED" });
    expect((await answer(later, await tokenOf(app))).answer).toMatchObject({ type: "subscribed" });
  });

  it("resolves for a token that has expired, and refuses what is none of this app's", async () => {
    const { app } = makeApp();
    const token = await tokenOf(app);
    vi.setSystemTime(NOW + 2 * 3_600_000);
    await app.revoke({ token });
    await expect(app.revoke({ token: "a.b.c" })).rejects.toMatchObject({
      code: expect.stringMatching(/^TOKEN_/),
    });
  });

  it.each([
    {},
    undefined,
    { jti: "" },
    { subject: 3 },
    { subject: "x".repeat(256) },
    { jti: "a", subject: "b" },
  ])("INVALID_OPTIONS for %o", async (what) => {
    await expect(makeApp().app.revoke(what as never)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  it("rejects where the transport doesn't take it, and holds in this process all the same", async () => {
    const { transport, faults } = faulty();
    const { app } = makeApp(transport);
    const token = await tokenOf(app);
    faults.publish = true;
    await expect(app.revoke({ token })).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    expect((await answer(app, token)).answer).toMatchObject({ code: "TOKEN_REVOKED" });
  });

  it("is flushed, and refused once the app is closed", async () => {
    const transport = memory();
    const { app } = makeApp(transport);
    let stored = false;
    void app.revoke({ subject: "u" }).then(() => {
      stored = true;
    });
    await app.flush();
    expect(stored).toBe(true);
    await app.close();
    await expect(app.revoke({ subject: "u" })).rejects.toMatchObject({ code: "CLOSED" });
  });
});

describe("revocations that can't be read", () => {
  it.each(["subscribe", "history"] as const)("let nobody in (%s), until they can", async (fault) => {
    const { transport, faults } = faulty();
    const { app, onError } = makeApp(transport);
    faults[fault] = true;
    const token = await tokenOf(app);
    const refused = await answer(app, token);
    expect(refused.answer).toMatchObject({ code: "TRANSPORT_FAILED", retry: true });
    expect(JSON.stringify(refused.client.frames)).not.toContain("password");
    expect(onError).toHaveBeenCalled();
    const { revocations, tokens } = internalsOf(app, "test").gateway;
    await expect(revocations.check(tokens.verify(token))).rejects.toMatchObject({ code: "TRANSPORT_FAILED" });
    faults[fault] = false;
    expect((await answer(app, token)).answer).toMatchObject({ type: "subscribed" });
  });

  it("are read again, soon, where the transport's subscription breaks", async () => {
    const { transport, faults, sinks } = faulty();
    const { app, onError } = makeApp(transport);
    const elsewhere = makeApp(transport).app;
    const { client } = await answer(app, await tokenOf(app, "u"));
    faults.subscribe = true;
    sinks[0]?.fail(new RealtimeError("TRANSPORT_FAILED", "gone"));
    expect(onError).toHaveBeenCalled();
    await elsewhere.revoke({ subject: "u" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await client.got("ended", 0)).toEqual([]);
    faults.subscribe = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(sinks).toHaveLength(2);
    expect(await client.got("ended")).toMatchObject([{ code: "TOKEN_REVOKED" }]);
    client.session.closed();
    await app.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("a gap, and what somebody else put there, are told to onError", async () => {
    const { transport, sinks } = faulty();
    const { app, onError } = makeApp(transport);
    await answer(app, await tokenOf(app));
    sinks[0]?.gap({ reason: "no-replay", after: undefined });
    expect(onError.mock.lastCall?.[0].message).toMatch(/no-replay/);
    sinks[0]?.deliver([
      { id: "x", frame: { topic: "t", payload: '{"topic":"t","data":{"jti":1},"createdAt":1}' } },
    ]);
    expect(onError.mock.lastCall?.[0]).toMatchObject({ code: "INVALID_PAYLOAD" });
  });
});

describe("an app that was closed", () => {
  it.each([
    ["before", false],
    ["while they are loaded", true],
  ])("checks no token any more (%s), and holds nothing at the transport", async (_, isLoading) => {
    const transport = memory();
    const unsubscribe = vi.fn();
    let open = () => undefined as unknown;
    vi.spyOn(transport, "subscribe").mockReturnValue(
      new Promise((resolve) => {
        open = () => resolve({ position: "e.0", unsubscribe });
      }),
    );
    const { app } = makeApp(transport);
    const { revocations, tokens } = internalsOf(app, "test").gateway;
    const claims = tokens.verify(await tokenOf(app));
    const pending = isLoading ? revocations.check(claims) : undefined;
    const outcome = pending?.then(undefined, ({ code }) => code);
    await app.close();
    open();
    if (isLoading) expect(await outcome).toBe("CLOSED");
    await expect(revocations.check(claims)).rejects.toMatchObject({ code: "CLOSED" });
    expect(unsubscribe).toHaveBeenCalledTimes(isLoading ? 1 : 0);
  });

  it("nor where they were loaded before", async () => {
    const transport = memory();
    const { app } = makeApp(transport);
    await answer(app, await tokenOf(app));
    const claims = internalsOf(app, "test").gateway.tokens.verify(await tokenOf(app));
    await app.close();
    await expect(internalsOf(app, "test").gateway.revocations.check(claims)).rejects.toMatchObject({
      code: "CLOSED",
    });
  });
});

describe("the channel of revocations", () => {
  const name = "~halyard:revocations";

  it("is nobody else's", async () => {
    const { app } = makeApp();
    const refused = { code: "INVALID_NAME", message: expect.stringContaining("reserved") };
    await expect(app.token({ channel: name, topics: ["revoked"] })).rejects.toMatchObject(refused);
    await expect(app.subscribe({ channel: name, topics: ["t"] } as never)).rejects.toMatchObject(refused);
    await expect(app.history({ channel: name, topics: ["t"] } as never)).rejects.toMatchObject(refused);
    const ref = { channel: name, topic: "revoked", "~schema": {} };
    await expect(app.publish(ref as never, {} as never)).rejects.toMatchObject(refused);
    const channel = { name, "~channel": new Map([["revoked", {}]]) };
    await expect(app.token({ channel } as never)).rejects.toMatchObject(refused);
  });
});
