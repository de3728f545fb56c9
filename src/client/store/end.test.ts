/** How a store ends, and begins again. */
import { describe, expect, it, vi } from "vitest";
import type { AnyMessage } from "../../message.js";
import { createClient } from "../client.js";
import { gateway, tick, token, useGateway } from "../set-up.test-support.js";
import { make, open } from "./scripted.test-support.js";

useGateway();

describe("an end", () => {
  it("never shows before what came before it, also where that takes time to read", async () => {
    const seen: unknown[] = [];
    const slow = { "~standard": { validate: async (value: unknown) => ({ value }) } };
    const { store, state } = await open({
      channel: { name: "pipeline:1", topics: ["status"], "~channel": new Map([["status", slow]]) },
      validate: true,
    });
    store.subscribe(() => seen.push([state().connectionStatus, state().messages.all.length]));
    gateway.last.messages(1, "e.1", "e.2");
    gateway.last.send({ type: "ended", id: 1, code: "FORBIDDEN", message: "", retry: false });
    await tick(16);
    expect(seen.at(-1)).toEqual(["error", 2]);
    expect(seen).not.toContainEqual(["error", 0]);
    expect(state().error?.code).toBe("FORBIDDEN");
  });

  it("leaves no timer, and shows all that came", async () => {
    const { store, ids } = await open({ bufferInterval: 5_000 });
    gateway.last.messages(1, "e.1");
    store.close();
    store.close();
    expect([ids(), vi.getTimerCount(), gateway.live]).toEqual([["e.1"], 0, 0]);
  });

  it("comes with the first loss where it isn't to reconnect, and with a first attempt that fails", async () => {
    const { state } = await open({ reconnect: false });
    gateway.last.messages(1, "e.1").close();
    expect(state()).toMatchObject({ connectionStatus: "error", error: { code: "CONNECTION_LOST" } });
    const other = make({ reconnect: false });
    await tick();
    gateway.last.close();
    await tick();
    expect(other.state()).toMatchObject({ connectionStatus: "error", error: { code: "CONNECT_FAILED" } });
    await tick(60_000);
    expect(gateway.connections).toHaveLength(2);
  });

  it("before it was ever open has its error, told once", async () => {
    const onError = vi.fn();
    const { state } = make({ token: () => 5, onError });
    await tick();
    expect(state()).toMatchObject({ connectionStatus: "error", error: { code: "TOKEN_MALFORMED" } });
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it("may be made good by reset, which goes on after the last message", async () => {
    const { store, state, ids, listener } = await open();
    gateway.last.messages(1, "e.1");
    gateway.last.send({ type: "ended", id: 1, code: "FORBIDDEN", message: "", retry: false });
    expect(ids()).toEqual(["e.1"]);
    // From within a listener, and in the middle of telling.
    listener.mockImplementationOnce(() => store.reset());
    store.reset();
    expect(state()).toMatchObject({ connectionStatus: "connecting", error: null, messages: { all: [] } });
    await tick();
    expect(gateway.last.open().sent).toMatchObject([{ after: "e.1" }]);
    gateway.last.subscribed();
    expect(state().connectionStatus).toBe("open");
  });

  it("is no error where the client was closed", async () => {
    for (const isOpen of [true, false]) {
      const mine = createClient({ wires: [gateway.wire] });
      const { state, store } = isOpen ? await open({ client: mine }) : make({ client: mine });
      await tick();
      mine.close();
      await tick();
      expect(state()).toMatchObject({ connectionStatus: "closed", error: null });
      store.subscribe(() => {});
      store.close();
    }
  });

  it("of a store that was closed is for good", async () => {
    const { store, state } = await open();
    store.close();
    store.reset();
    store.subscribe(() => {})();
    await tick(5_000);
    expect([state().connectionStatus, gateway.connections.length]).toEqual(["closed", 1]);
  });
});

it("a handler may close it in the middle of a frame: nothing comes after that", async () => {
  const got: string[] = [];
  const { store, ids } = await open({
    onMessage({ id }: AnyMessage) {
      got.push(id);
      if (id === "e.2") store.close();
    },
  });
  gateway.last.messages(1, "e.1", "e.2", "e.3");
  expect([got, ids(), vi.getTimerCount()]).toEqual([["e.1", "e.2"], ["e.1", "e.2"], 0]);
});

describe("reset goes on from where it stood, also where no message had come", () => {
  it.each([
    ["after a loss that isn't to be mended", { reconnect: false }, () => gateway.last.close()],
    [
      "after a refusal",
      {},
      () => gateway.last.send({ type: "ended", id: 1, code: "FORBIDDEN", message: "", retry: false }),
    ],
  ])("%s", async (_, options, end) => {
    const { store, state } = await open(options);
    end();
    expect(state().connectionStatus).toBe("error");
    store.reset();
    await tick(500);
    expect(gateway.last.open().sent).toMatchObject([{ after: "e.0" }]);
  });
});

it("an error is over once the connection stands without it: also that of a fresh token that had to be asked for twice", async () => {
  const key = vi.fn(() => "key");
  const { state } = make({ token: () => ({ ...token, key: key() }) });
  await tick();
  gateway.last.open().subscribed("e.0", 1, 20_000);
  key.mockImplementationOnce(() => {
    throw new Error("503");
  });
  await tick(18_000);
  expect(state()).toMatchObject({ connectionStatus: "open", error: { code: "TOKEN_REQUEST_FAILED" } });
  key.mockReturnValue("another");
  await tick(500);
  gateway.last.send({ type: "refreshed", id: 1, expires: 900_000 });
  expect(state()).toMatchObject({ connectionStatus: "open", error: null });
});
