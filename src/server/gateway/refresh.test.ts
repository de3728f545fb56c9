import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ch, connect, makeApp, run, settle } from "./session.test-support.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A subscription to both topics, with a token of a minute. */
async function subscribed(topics: ("step" | "log")[] = ["step", "log"]) {
  const { app } = makeApp();
  const client = connect(app);
  const token = async (options: object = {}) =>
    (await app.token({ channel: ch, expiresIn: "1m", ...options })).key;
  client.send({ type: "subscribe", id: 1, token: await token({ topics }) });
  const [answer] = await client.got("subscribed");
  return { app, client, token, answer };
}

describe("refresh", () => {
  it("says how long a token has left, by the gateway's clock", async () => {
    expect((await subscribed()).answer).toMatchObject({ expires: 60_000 });
  });

  it("gives the subscription more time; messages go on", async () => {
    const { app, client, token } = await subscribed();
    await vi.advanceTimersByTimeAsync(50_000);
    client.send({ type: "refresh", id: 1, token: await token() });
    expect(await client.got("refreshed")).toEqual([{ type: "refreshed", id: 1, expires: 60_000 }]);
    await vi.advanceTimersByTimeAsync(20_000);
    await app.publish(ch.step, 1);
    expect(client.data()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await client.got("ended")).toMatchObject([{ id: 1, code: "TOKEN_EXPIRED", retry: true }]);
  });

  it("takes a token that expires sooner, too", async () => {
    const { client, token } = await subscribed();
    client.send({ type: "refresh", id: 1, token: await token({ expiresIn: "5s" }) });
    expect(await client.got("refreshed")).toMatchObject([{ expires: 5000 }]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await client.got("ended")).toMatchObject([{ code: "TOKEN_EXPIRED" }]);
  });

  it("takes a token for more than the subscription's topics", async () => {
    const { client, token } = await subscribed(["step"]);
    client.send({ type: "refresh", id: 1, token: await token() });
    expect(await client.got("refreshed")).toHaveLength(1);
  });

  it.each([
    ["fewer topics", { topics: ["step"] }, "TOKEN_SCOPE"],
    ["another channel", { channel: run({ id: "2" }) }, "TOKEN_SCOPE"],
    ["publishing alone", { topics: [], publish: ["step"] }, "TOKEN_SCOPE"],
  ])("refuses a token for %s, and what it had is good until it expires", async (_, options, code) => {
    const { app, client, token } = await subscribed();
    client.send({ type: "refresh", id: 1, token: await token({ expiresIn: "1h", ...options }) });
    expect(await client.got("refused")).toEqual([
      { type: "refused", id: 1, code, message: expect.any(String) },
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    await app.publish(ch.log, "on");
    expect(client.data()).toEqual(["on"]);
    await vi.advanceTimersByTimeAsync(20_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await client.got("ended")).toMatchObject([{ code: "TOKEN_EXPIRED" }]);
  });

  it("refuses one that is none, expired or revoked", async () => {
    const { app, client, token } = await subscribed();
    const short = await token({ expiresIn: "1s" });
    const gone = await token();
    await app.revoke({ token: gone });
    await vi.advanceTimersByTimeAsync(2000);
    for (const one of ["rubbish", short, gone]) client.send({ type: "refresh", id: 1, token: one });
    expect((await client.got("refused", 3)).map(({ code }) => code)).toEqual([
      "TOKEN_MALFORMED",
      "TOKEN_EXPIRED",
      "TOKEN_REVOKED",
    ]);
    expect(await client.got("ended", 0)).toEqual([]);
  });

  it("ignores one for a subscription that isn't there", async () => {
    const { client, token } = await subscribed();
    const before = client.frames.length;
    client.send({ type: "refresh", id: 7, token: await token() });
    client.send({ type: "unsubscribe", id: 1 });
    client.send({ type: "refresh", id: 1, token: await token() });
    await settle();
    expect(client.frames).toHaveLength(before);
    expect(client.socket.close).not.toHaveBeenCalled();
  });

  it("without a token is a frame that isn't understood", async () => {
    const { client } = await subscribed();
    client.send({ type: "refresh", id: 1 });
    expect(client.socket.close).toHaveBeenCalledWith(4400, 'refresh: "token" must be a string.');
  });
});
