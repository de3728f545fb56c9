import { describe, expect, it } from "vitest";
import { channels, expectRefusal, post, setUp, streamOf, URL_OF_GATEWAY } from "./set-up.test-support.js";

const OWN = "https://app.example.com";
const LISTED = "https://pages.example.org";
const EVIL = "https://evil.example";

const start = (options = {}) => setUp({ channels, authorize: () => true, publish: true, ...options });
const token = (headers: Record<string, string>) => post("/token", { channel: "news" }, headers);
const preflight = (path: string, origin?: string) =>
  new Request(`${URL_OF_GATEWAY}${path}`, {
    method: "OPTIONS",
    headers: { "access-control-request-method": "POST", ...(origin && { origin }) },
  });
const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));

describe("the token endpoint, which cookies may open", () => {
  it.each([
    ["a page of this origin", { origin: OWN, "sec-fetch-site": "same-origin" }],
    [
      "a page behind a proxy that changes Host",
      { origin: OWN, host: "10.0.0.7", "sec-fetch-site": "same-origin" },
    ],
    ["the user, by the address bar", { "sec-fetch-site": "none" }],
    ["no browser", {}],
    ["an old browser's page of this origin", { origin: OWN, host: "app.example.com" }],
    ["one whose server tells no Host", { origin: OWN }],
    ["one whose Host is spelled otherwise", { origin: OWN, host: "App.Example.com" }],
    ["one behind a proxy that takes TLS off", { origin: "http://app.example.com", host: "app.example.com" }],
  ])("answers %s", async (_, headers) => {
    const response = await start().handler(token(headers));
    expect(response.status).toBe(200);
    // Without a list, no page of another origin reads an answer.
    expect(corsOf(response)).toEqual({});
  });

  it.each([
    ["another site", { origin: EVIL, "sec-fetch-site": "cross-site" }],
    ["another origin of this site", { origin: "https://blog.example.com", "sec-fetch-site": "same-site" }],
    ["one that says what no browser says", { origin: OWN, "sec-fetch-site": "sure" }],
    ["another origin in an old browser", { origin: EVIL, host: "app.example.com" }],
    ["another port in an old browser", { origin: `${OWN}:8443`, host: "app.example.com" }],
    ["a sandboxed frame", { origin: "null", host: "app.example.com" }],
    ["another site whose Origin was taken away", { "sec-fetch-site": "cross-site" }],
  ])("refuses a page of %s", async (_, headers) => {
    const { handler, onError } = start();
    await expectRefusal(await handler(token(headers)), 403, "ORIGIN_REFUSED");
    expect(onError).not.toHaveBeenCalled();
  });

  it("answers a page of a listed origin from anywhere, with credentials, and no other", async () => {
    const { handler } = start({ origins: [LISTED] });
    const response = await handler(token({ origin: LISTED, "sec-fetch-site": "cross-site" }));
    expect(response.status).toBe(200);
    expect(response.headers.get("vary")).toBe("origin");
    expect(corsOf(response)).toEqual({
      "access-control-allow-origin": LISTED,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "retry-after",
    });
    const refused = await handler(token({ origin: EVIL, "sec-fetch-site": "cross-site" }));
    expect([refused.headers.get("vary"), corsOf(refused)]).toEqual(["origin", {}]);
    await expectRefusal(refused, 403, "ORIGIN_REFUSED");
  });
});

describe("origins", () => {
  it("keep pages that aren't listed from everything, and clients that are no browsers from nothing", async () => {
    const { handler } = start({ origins: [LISTED] });
    for (const path of ["", "/token", "/publish"]) {
      await expectRefusal(await handler(post(path, {}, { origin: OWN })), 403, "ORIGIN_REFUSED");
      await expectRefusal(await handler(preflight(path, OWN)), 403, "ORIGIN_REFUSED");
      expect((await handler(post(path, {}))).status).toBe(400);
    }
  });

  it("let listed pages read answers, errors as well, without credentials where no cookie counts", async () => {
    const { app, handler } = start({ origins: [LISTED] });
    const { key } = await app.token({ channel: "news", topics: ["item"] });
    const request = streamOf([{ id: 1, token: key }]);
    request.headers.set("origin", LISTED);
    const stream = await handler(request);
    expect(stream.status).toBe(200);
    await stream.body?.cancel();
    for (const response of [stream, await handler(post("/publish", {}, { origin: LISTED }))]) {
      expect(corsOf(response)).toEqual({
        "access-control-allow-origin": LISTED,
        "access-control-expose-headers": "retry-after",
      });
    }
  });

  it("answer a preflight", async () => {
    const { handler } = start({ origins: [OWN, LISTED], headers: ["x-csrf-token"] });
    const response = await handler(preflight("/publish", LISTED));
    expect([response.status, response.headers.get("vary")]).toEqual([204, "origin"]);
    const cors = {
      "access-control-allow-origin": LISTED,
      "access-control-allow-methods": "POST, OPTIONS",
      "access-control-allow-headers": "content-type, authorization, x-csrf-token",
      "access-control-max-age": "7200",
      "access-control-expose-headers": "retry-after",
    };
    expect(corsOf(response)).toEqual(cors);
    expect(corsOf(await handler(preflight("/token", LISTED)))).toEqual({
      ...cors,
      "access-control-allow-credentials": "true",
    });
  });

  it("say nothing in a preflight where there is no list", async () => {
    const response = await start().handler(preflight("/token", EVIL));
    expect([response.status, response.headers.get("allow"), corsOf(response)]).toEqual([
      204,
      "POST, OPTIONS",
      {},
    ]);
  });
});
