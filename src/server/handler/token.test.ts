import { runInNewContext } from "node:vm";
import { describe, expect, expectTypeOf, it, vi } from "vitest";
import type { Authorization } from "../handler.js";
import { createTokens } from "../tokens.js";
import { type Asked, channels, expectRefusal, post, SECRET, setUp } from "./set-up.test-support.js";

type Authorize = (asked: Asked) => Authorization | Promise<Authorization>;
// What it answers is anything: as from a database, and from callers without types.
const start = (authorize: Authorize = () => true) => setUp({ channels, authorize: authorize as never });

async function ask(authorize: Authorize | undefined, body: object) {
  const response = await start(authorize).handler(post("/token", body));
  expect(response.status).toBe(200);
  const token = await response.json();
  return { token, claims: createTokens(() => SECRET).verify(token.key) };
}

describe("the token endpoint", () => {
  it("asks authorize, typed by the registry, and gives a token", async () => {
    const authorize = vi.fn((asked: Asked) => {
      if (asked.entry === "job") {
        expectTypeOf(asked.params).toEqualTypeOf<{ readonly id: string }>();
        expectTypeOf(asked.topics).toEqualTypeOf<readonly ("step" | "log" | "note")[]>();
        expectTypeOf(asked.publish).toEqualTypeOf<readonly ("step" | "log" | "note")[]>();
        return asked.params.id === "7" && { subject: asked.request.headers.get("x-user") ?? "nobody" };
      }
      return false;
    });
    const { handler } = start(authorize);
    const response = await handler(post("/token", { channel: "job:7", topics: ["step"] }));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const token = await response.json();
    expect(token).toEqual({ channel: "job:7", topics: ["step"], key: expect.any(String) });
    expect(createTokens(() => SECRET).verify(token.key)).toMatchObject({
      topics: ["step"],
      publish: [],
      subject: "nobody",
    });
    expect(authorize.mock.calls[0]?.[0]).toMatchObject({
      entry: "job",
      params: { id: "7" },
      topics: ["step"],
      publish: [],
    });
  });

  it("gives all topics where none are named, or those that authorize leaves", async () => {
    const { token: all } = await ask(undefined, { channel: "job:7" });
    expect(all.topics).toEqual(["step", "log", "note"]);
    const { token: some } = await ask(() => ({ topics: ["log", "other"] }), { channel: "job:7" });
    expect(some.topics).toEqual(["log"]);
  });

  it("passes on how long it lives", async () => {
    const { claims } = await ask(() => ({ expiresIn: "2m" }), { channel: "job:7" });
    expect(claims.expiresAt - claims.issuedAt).toBeLessThanOrEqual(121_000);
  });

  it.each([
    ["a no", () => false],
    ["nothing", () => undefined as never],
    ["null", () => null as never],
    ["a yes to no topic", () => ({ topics: [] })],
  ])("403 where authorize says %s", async (_, authorize) => {
    await expectRefusal(
      await start(authorize).handler(post("/token", { channel: "job:7" })),
      403,
      "FORBIDDEN",
    );
  });

  it("500 where authorize's terms can't be met", async () => {
    const { handler, onError } = start(() => ({ expiresIn: "2d" }));
    await expectRefusal(await handler(post("/token", { channel: "job:7" })), 500, "INTERNAL");
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });

  class Row {
    readonly subject = "u1";
  }
  it.each([
    ["a word", "yes", "String"],
    ["a number that is no yes", 0, "Number"],
    ["an array", ["step"], "Array"],
    ["a response", new Response(null, { status: 403 }), "Response"],
    ["an error", new Error("no"), "Error"],
    ["an instance of a class", new Row(), "Row"],
    ["an object of something else", { error: "forbidden" }, '"error"'],
    ["a row with a channel of its own", { channel: "job:8", role: "member" }, '"channel"'],
    ["a row with its role", { subject: "u1", role: "admin" }, '"role"'],
    ["topics that are no array", { topics: "step,log" }, '"topics"'],
    ["topics that aren't strings", { topics: ["step", 1] }, '"topics"'],
    ["topics of null", { topics: null }, '"topics"'],
    ["publish that is no array", { publish: "log" }, '"publish"'],
    ["a subject that is none", { subject: 7 }, "subject"],
  ])("500, and no token, where authorize answers %s", async (_, answer, named) => {
    const { handler, onError } = start(() => answer as never);
    const asked = { channel: "job:7", topics: ["step"], publish: ["log"] };
    await expectRefusal(await handler(post("/token", asked)), 500, "INTERNAL");
    expect(onError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringContaining(named) }),
    );
  });

  it("takes terms of no prototype, or of another realm", async () => {
    const terms = Object.assign(Object.create(null), { subject: "u1" });
    const foreign = Object.assign(runInNewContext("({})"), { subject: "u2", topics: undefined });
    for (const answer of [terms, foreign]) {
      const { claims } = await ask(() => answer, { channel: "job:7" });
      expect(claims).toMatchObject({ channel: "job:7", subject: answer.subject });
    }
  });

  it.each([
    ["no channel", 400, "INVALID_REQUEST", {}],
    ["topics that are none", 400, "INVALID_REQUEST", { channel: "news", topics: [1] }],
    ["an empty list of topics", 400, "INVALID_REQUEST", { channel: "news", topics: [] }],
    ["publish that is no list", 400, "INVALID_REQUEST", { channel: "news", publish: "item" }],
    ["an unknown channel", 404, "UNKNOWN_CHANNEL", { channel: "jobs:7" }],
    ["a name that is not canonical", 404, "UNKNOWN_CHANNEL", { channel: "job:%37" }],
    ["an unknown topic", 422, "UNKNOWN_TOPIC", { channel: "news", topics: ["step"] }],
    ["an unknown topic to publish to", 422, "UNKNOWN_TOPIC", { channel: "news", publish: ["step"] }],
  ])("refuses %s", async (_, status, code, body) => {
    const { handler, onError } = start();
    await expectRefusal(await handler(post("/token", body)), status, code);
    expect(onError).not.toHaveBeenCalled();
  });

  it("503 once the app is closed", async () => {
    const { app, handler } = start();
    await app.close();
    await expectRefusal(await handler(post("/token", { channel: "news" })), 503, "CLOSED");
  });
});

describe("a token that publishes", () => {
  it.each([
    ["a bare yes", () => true],
    ["terms that don't say so", () => ({ subject: "u1" })],
    ["terms that name another topic", () => ({ publish: ["note"] })],
  ])("is not had by %s", async (_, authorize) => {
    const { claims } = await ask(authorize, { channel: "job:7", publish: ["log"] });
    expect(claims).toMatchObject({ topics: ["step", "log", "note"], publish: [] });
  });

  it("lets publish to what was asked for and granted, no more", async () => {
    const asked = { channel: "job:7", topics: ["step"], publish: ["log", "step"] };
    const { claims } = await ask(() => ({ publish: ["log", "note"] }), asked);
    expect(claims).toMatchObject({ topics: ["step"], publish: ["log"] });
  });

  it("isn't had unasked, whatever authorize names", async () => {
    const { claims } = await ask(() => ({ publish: ["log"] }), { channel: "job:7" });
    expect(claims.publish).toEqual([]);
  });

  it("may receive nothing", async () => {
    const asked = { channel: "job:7", topics: [], publish: ["log"] };
    const { claims } = await ask(() => ({ publish: ["log"] }), asked);
    expect(claims).toMatchObject({ topics: [], publish: ["log"] });
    await expectRefusal(await start().handler(post("/token", asked)), 403, "FORBIDDEN");
  });
});
