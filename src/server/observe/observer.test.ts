import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../../transports/memory/index.js";
import { RealtimeError } from "../../errors.js";
import { testPair } from "../../testing/pair.js";
import { createRealtime, internalsOf } from "../app.js";
import { ch } from "../handler/set-up.test-support.js";
import { everyHook, watched } from "./observe.test-support.js";

afterEach(() => void vi.restoreAllMocks());

/** Subscribes, publishes, receives. */
async function traffic(app: ReturnType<typeof watched>["app"]) {
  const { client, close } = testPair({ app });
  const got = vi.fn();
  const subscription = await client.subscribe({ token: await app.token({ channel: ch }), onMessage: got });
  await app.publish(ch.step, 1);
  await vi.waitFor(() => expect(got).toHaveBeenCalledOnce());
  subscription.close();
  await close();
}

describe("a hook that fails", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("broken"))],
    // Such as of a test's environment, or of a library of promises.
    ["rejects, in another realm", () => runInNewContext('Promise.reject(new Error("broken"))')],
  ])("and %s disturbs nothing, and onError hears of it by the hook's name", async (_, hook) => {
    const { app, onError } = watched(memory(), { on: everyHook(hook) });
    await traffic(app);
    await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(6));
    for (const [error] of onError.mock.calls) {
      expect(error).toMatchObject({ code: "HANDLER_FAILED", cause: { message: "broken" } });
    }
    const named = onError.mock.calls.map(([{ message }]) => /hook "(\w+)"/.exec(message)?.[1]);
    const hooks = ["connected", "delivered", "disconnected", "published", "subscribed", "unsubscribed"];
    expect(named.sort()).toEqual(hooks);
  });

  it("leaves the events of others alone: they are frozen", async () => {
    const { app, onError } = watched(memory(), {
      on: { published: (event) => void Object.assign(event, { channel: "another" }) },
    });
    await app.publish(ch.step, 1);
    expect(onError).toHaveBeenCalledOnce();
  });
});

/** Reads of the clock by what observes: the gateway's limits read it, too. */
function watchClock() {
  const now = performance.now.bind(performance);
  let reads = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    const frames = String(new Error().stack).split("\n");
    const caller = frames.find((line) => /\/(src|transports)\//.test(line) && !line.includes(".test"));
    if (/server\/(observe\/|publisher)/.test(caller ?? "")) reads++;
    return now();
  });
  return () => reads;
}

/** Events that were made. */
function watchEvents() {
  const freeze = vi.spyOn(Object, "freeze");
  return () => freeze.mock.calls.filter(([value]) => typeof Object(value).type === "string").length;
}

describe("what nobody listens to", () => {
  it.each([
    ["every hook, as is seen here if it is given", everyHook(() => undefined), 6, 4],
    ["one that isn't given, beside another that is", { gap: () => undefined }, 0, 0],
    ["any", undefined, 0, 0],
  ])("costs nothing: neither an event nor a look at the clock for %s", async (_, on, events, reads) => {
    const { app } = watched(memory(), { on });
    const [readsOf, eventsOf] = [watchClock(), watchEvents()];
    await traffic(app);
    expect([eventsOf(), readsOf()]).toEqual([events, reads]);
  });

  it("is no member of a connection", async () => {
    const { app } = watched(memory(), { on: undefined });
    const { observer, gateway } = internalsOf(app, "test");
    expect([observer, gateway.connect]).toEqual([undefined, undefined]);
  });
});

describe("a transport that reports what fails in the background", () => {
  it("is heard by onError, and debug has a line for it", async () => {
    const failure = new RealtimeError("TRANSPORT_FAILED", "The line is lost.");
    let report: (error: RealtimeError) => void = () => undefined;
    const debug = vi.fn();
    const transport = {
      ...memory(),
      reportTo(to: typeof report) {
        report = to;
      },
    };
    const { onError } = watched(transport, { debug });
    report(failure);
    expect(onError).toHaveBeenCalledExactlyOnceWith(failure);
    await vi.waitFor(() => expect(debug.mock.calls[0]?.[0]).toContain("The line is lost."));
  });
});

describe("what debug gives lines to", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("broken"))],
  ])("and %s disturbs nothing, and onError hears of it", async (_, debug) => {
    const { app, onError } = watched(memory(), { on: undefined, debug });
    await app.publish(ch.step, 1);
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ message: "broken" }));
  });
});

describe("options", () => {
  it("a class's methods are hooks, called on their object", async () => {
    class Metrics {
      count = 0;
      published() {
        this.count++;
      }
    }
    const metrics = new Metrics();
    const { app } = watched(memory(), { on: metrics });
    await app.publish(ch.step, 1);
    expect(metrics.count).toBe(1);
  });

  it.each([
    [{ on: { publish: () => undefined } }, /no hook "publish"\. There are: published, /],
    [{ on: { published: true } }, /on\.published must be a function/],
    [{ on: () => undefined }, /on must be an object/],
    [{ debug: "yes" }, /debug must be true, false or a function/],
  ])("%o is refused", (options, message) => {
    const create = () => createRealtime({ transport: memory(), ...(options as object) });
    expect(create).toThrow(
      expect.objectContaining({ code: "INVALID_OPTIONS", message: expect.stringMatching(message) }),
    );
  });
});
