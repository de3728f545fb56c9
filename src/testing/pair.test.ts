import { afterEach, expect, it } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { createRealtime } from "../server/app.js";
import { ch, SECRET } from "./channels.test-support.js";
import { type FakeClock, fakeClock } from "./clock.js";
import { testPair } from "./pair.js";

let clock: FakeClock | undefined;
afterEach(() => clock?.restore());

it("brings each message to the function of its topic, at the client and in the process", async () => {
  clock = await fakeClock();
  const { app, client, close } = testPair();
  const got: string[] = [];
  const onMessage = (where: string) => ({
    a: ({ data }: { data: unknown }) => got.push(`${where} a ${data}`),
    b: ({ data }: { data: unknown }) => got.push(`${where} b ${data}`),
    c: () => got.push(`${where} c`),
  });
  await client.subscribe({
    token: await app.token({ channel: ch }),
    channel: ch,
    onMessage: onMessage("client"),
  });
  await app.subscribe({ channel: ch, onMessage: onMessage("app") });
  await app.publish(ch.a, 1);
  await app.publish(ch.b, 2);
  await clock.advance(0);
  expect(got.sort()).toEqual(["app a 1", "app b 2", "client a 1", "client b 2"]);
  for (const wrong of ["x", 5, true]) {
    const options = { channel: ch, token: "a.b.c", onMessage: wrong as never };
    await expect(app.subscribe(options)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    await expect(client.subscribe(options)).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  }
  await close();
});

it("brings what is published to who subscribes with a token, and nothing else", async () => {
  clock = await fakeClock();
  const { app, client, close } = testPair();
  const got: unknown[] = [];
  await client.subscribe({
    token: () => app.token({ channel: ch, topics: ["a"] }),
    channel: ch,
    topics: ["a"],
    onMessage: ({ topic, data }) => got.push([topic, data]),
  });
  await app.publish(ch.a, 1);
  await app.publish(ch.b, 2);
  await clock.advance(0);
  expect(got).toEqual([["a", 1]]);
  await close();
  await expect(client.subscribe("token")).rejects.toMatchObject({ code: "CLOSED" });
  await expect(app.publish(ch.a, 3)).rejects.toMatchObject({ code: "CLOSED" });
  expect(clock.timers).toBe(0);
});

it("resumes after a cut, and tells of a gap where the history is too short", async () => {
  clock = await fakeClock();
  const { app, client, faults, close } = testPair({ memory: { history: { count: 2 } } });
  const got: unknown[] = [];
  await client.subscribe({
    token: () => app.token({ channel: ch }),
    channel: ch,
    onMessage: ({ data }) => got.push(data),
    onGap: ({ reason }) => got.push(reason),
    onError() {},
  });
  for (const count of [2, 3]) {
    faults.cut();
    for (let i = 0; i < count; i++) await app.publish(ch.a, i);
    await clock.advance("30s");
  }
  expect(got).toEqual([0, 1, "trimmed", 1, 2]);
  await close();
});

it("leaves an app that it was given open", async () => {
  const app = createRealtime({ transport: memory(), secret: SECRET });
  const { client, close } = testPair({ app, gateway: { maxSubscriptions: 1 } });
  const token = await app.token({ channel: ch });
  await client.subscribe({ token, topics: ["a"] });
  await expect(client.subscribe({ token, topics: ["b"] })).rejects.toMatchObject({
    code: "TOO_MANY_SUBSCRIPTIONS",
  });
  await close();
  await app.publish(ch.a, 1);
  await app.close();
});
