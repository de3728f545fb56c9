/** A client publishes to a gateway: both ends as they are, without a socket between. */
import { expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { memory } from "../../transports/memory/index.js";
import { publish } from "../client/publish.js";
import { realtime } from "../realtime.js";
import { registry } from "../registry.js";
import { createRealtime } from "../server/app.js";
import { createHandler } from "../server/handler.js";

const everything = z.object({
  at: z.coerce.date(),
  big: z.bigint(),
  bytes: z.instanceof(Uint8Array),
  list: z.set(z.map(z.string(), z.number().or(z.nan()))),
  nothing: z.undefined(),
});
const room = realtime.channel({
  name: "room:{id}",
  topics: { rich: { schema: everything }, count: { schema: z.number().max(10) } },
});
const ch = room({ id: "1" });

function start() {
  const app = createRealtime({ transport: memory(), secret: "a secret of at least thirty-two characters" });
  onTestFinished(() => app.close());
  const handler = createHandler(app, { channels: registry({ room }), publish: { burst: 50, perSecond: 10 } });
  const fetch = ((url: string, init: RequestInit) =>
    handler(new Request(url, init))) as typeof globalThis.fetch;
  const tokenOf = vi.fn(() => app.token({ channel: ch, publish: ["rich", "count"] }));
  return { app, tokenOf, options: { token: tokenOf, url: "http://localhost/api/realtime", fetch } };
}

it("what is published arrives as the schema gives it, of whatever type", async () => {
  const { app, options } = start();
  const data = {
    at: "2026-01-01T00:00:00.000Z",
    big: 2n ** 70n,
    bytes: Uint8Array.of(1, 255),
    list: new Set([new Map([["a", Number.NaN]])]),
    nothing: undefined,
  };
  const { id } = await publish(ch.rich, data, options);
  const { messages } = await app.history({ channel: ch });
  expect(messages).toMatchObject([{ id, topic: "rich", data: { ...data, at: new Date(data.at) } }]);
});

it("what isn't refused is published in order, whatever the others are", async () => {
  const { app, tokenOf, options } = start();
  const numbers = [1, 2, 99, 3, 4];
  const settled = await Promise.allSettled(numbers.map((number) => publish(ch.count, number, options)));
  expect(settled.map(({ status }) => status)).toEqual(
    numbers.map((number) => (number > 10 ? "rejected" : "fulfilled")),
  );
  expect(settled[2]).toMatchObject({ reason: { code: "INVALID_PAYLOAD", issues: [{ path: [] }] } });
  const { messages } = await app.history({ channel: ch });
  expect(messages.map(({ data }) => data)).toEqual([1, 2, 3, 4]);
  expect(tokenOf).toHaveBeenCalledOnce();
});

it("a key makes repeating safe", async () => {
  const { options } = start();
  const twice = [1, 2].map(() => publish(ch.count, 7, { ...options, key: "k" }));
  const [a, b] = await Promise.all(twice);
  expect(a).toEqual(b);
});

it("a token that was revoked is asked for anew, once", async () => {
  const { app, tokenOf, options } = start();
  await publish(ch.count, 1, options);
  await app.revoke({ token: await (tokenOf.mock.results[0]?.value as Promise<never>) });
  await publish(ch.count, 2, options);
  expect(tokenOf).toHaveBeenCalledTimes(2);
});

it("too many at a time are refused, and say so", async () => {
  const { options } = start();
  const settled = await Promise.allSettled(Array.from({ length: 120 }, () => publish(ch.count, 1, options)));
  const codes = settled.map((one) => (one.status === "rejected" ? one.reason.code : "published"));
  expect([codes[0], codes[99], codes[100], codes[119]]).toEqual([
    "published",
    "published",
    "RATE_LIMITED",
    "RATE_LIMITED",
  ]);
});
