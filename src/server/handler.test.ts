import { describe, expect, expectTypeOf, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { realtime } from "../realtime.js";
import { registry } from "../registry.js";
import { staticSchema } from "../schema.js";
import { createRealtime } from "./app.js";
import { type Authorization, type AuthorizeRequest, createHandler } from "./handler.js";
import { createTokens } from "./tokens.js";

const SECRET = "a secret of at least thirty-two characters";
const channels = registry({
  job: realtime.channel({
    name: "job:{id}",
    topics: { step: { schema: staticSchema<number>() }, log: { schema: staticSchema<string>() } },
  }),
  news: realtime.channel({ name: "news", topics: { item: { schema: staticSchema<string>() } } }),
});
type Asked = AuthorizeRequest<(typeof channels)["channels"]>;

function setup(authorize: (asked: Asked) => Authorization | Promise<Authorization> = () => true) {
  const onError = vi.fn();
  const app = createRealtime({ transport: memory(), secret: SECRET, onError });
  return { app, onError, handler: createHandler(app, { channels, authorize }) };
}

const post = (body: unknown, more: RequestInit & { path?: string } = {}) =>
  new Request(`http://localhost${more.path ?? "/api/realtime/token"}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...more,
  });

describe("the token endpoint", () => {
  it("asks authorize, typed by the registry, and gives a token", async () => {
    const authorize = vi.fn((asked: Asked) => {
      if (asked.entry === "job") {
        expectTypeOf(asked.params).toEqualTypeOf<{ readonly id: string }>();
        expectTypeOf(asked.topics).toEqualTypeOf<readonly ("step" | "log")[]>();
        return asked.params.id === "7" && { subject: asked.request.headers.get("x-user") ?? "nobody" };
      }
      return false;
    });
    const { handler } = setup(authorize);
    const response = await handler(post({ channel: "job:7", topics: ["step"] }));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const token = await response.json();
    expect(token).toEqual({ channel: "job:7", topics: ["step"], key: expect.any(String) });
    expect(createTokens(() => SECRET).verify(token.key)).toMatchObject({
      topics: ["step"],
      subject: "nobody",
    });
    expect(authorize.mock.calls[0]?.[0]).toMatchObject({
      entry: "job",
      params: { id: "7" },
      topics: ["step"],
    });
  });

  it("gives all topics where none are named, or those that authorize leaves", async () => {
    const all = await setup().handler(post({ channel: "job:7" }));
    expect((await all.json()).topics).toEqual(["step", "log"]);
    const some = await setup(() => ({ topics: ["log", "other"] })).handler(post({ channel: "job:7" }));
    expect((await some.json()).topics).toEqual(["log"]);
  });

  it.each([
    ["a no", () => false],
    ["nothing", () => undefined as never],
    ["null", () => null as never],
    ["a yes to no topic", () => ({ topics: [] })],
  ])("403 where authorize says %s", async (_, authorize) => {
    const response = await setup(authorize).handler(post({ channel: "job:7" }));
    expect([response.status, await response.json()]).toEqual([
      403,
      { error: { code: "FORBIDDEN", message: expect.any(String) } },
    ]);
  });

  it("500 where authorize throws: the error goes to onError, and none of it to the client", async () => {
    const secret = new Error("database password is hunter2");
    const { handler, onError } = setup(() => Promise.reject(secret));
    const response = await handler(post({ channel: "job:7" }));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
    expect(onError).toHaveBeenCalledExactlyOnceWith(secret);
  });

  it.each([
    ["not JSON", 400, "INVALID_REQUEST", post("{")],
    ["no body", 400, "INVALID_REQUEST", post("")],
    ["null", 400, "INVALID_REQUEST", post(null)],
    ["no channel", 400, "INVALID_REQUEST", post({})],
    ["topics that are none", 400, "INVALID_REQUEST", post({ channel: "news", topics: [1] })],
    ["an empty list of topics", 400, "INVALID_REQUEST", post({ channel: "news", topics: [] })],
    ["too large a body", 400, "INVALID_REQUEST", post({ channel: "news", more: "x".repeat(20_000) })],
    [
      "a form's content type",
      400,
      "INVALID_REQUEST",
      post({ channel: "news" }, { headers: { "content-type": "text/plain" } }),
    ],
    ["an unknown channel", 404, "UNKNOWN_CHANNEL", post({ channel: "jobs:7" })],
    ["a name that is not canonical", 404, "UNKNOWN_CHANNEL", post({ channel: "job:%37" })],
    ["an unknown topic", 422, "UNKNOWN_TOPIC", post({ channel: "news", topics: ["step"] })],
    ["another path", 404, "INVALID_REQUEST", post({ channel: "news" }, { path: "/api/realtime" })],
    ["GET", 405, "INVALID_REQUEST", new Request("http://localhost/token")],
  ])("refuses %s", async (_, status, code, request) => {
    const { handler, onError } = setup();
    const response = await handler(request);
    expect([response.status, (await response.json()).error.code]).toEqual([status, code]);
    expect(onError).not.toHaveBeenCalled();
  });

  it("503 once the app is closed", async () => {
    const { app, handler } = setup();
    await app.close();
    expect((await handler(post({ channel: "news" }))).status).toBe(503);
  });
});

describe("createHandler", () => {
  it.each([
    ["an app", () => createHandler({} as never, { channels, authorize: () => true })],
    ["authorize", () => createHandler(setup().app, { channels } as never)],
    ["channels", () => createHandler(setup().app, { authorize: () => true } as never)],
  ])("refuses to go without %s", (_, create) => {
    expect(create).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });
});
