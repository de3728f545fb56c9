/** Wherever it stands: once the client is closed, nothing of it is left, and nothing comes after. */
import { expect, it, vi } from "vitest";
import { createClient } from "./client.js";
import { Gateway } from "./gateway.test-support.js";
import { tick, token, useGateway } from "./set-up.test-support.js";

useGateway();

interface Stage {
  readonly ws: Gateway;
  readonly sse: Gateway;
  /** Settles the token function's last call. */
  readonly settle: (value: unknown) => void;
}
const give = async ({ settle }: Stage) => {
  settle(token);
  await tick();
};
const fallBack = async (stage: Stage) => {
  await give(stage);
  stage.ws.last.close();
};
const open = async (stage: Stage) => {
  await give(stage);
  stage.ws.last.open().subscribed("e.0", 1, 10_000);
};
const openOneWay = async (stage: Stage) => {
  await fallBack(stage);
  stage.sse.last.open().subscribed("e.0", 1, 10_000);
};

it.each<[string, (stage: Stage) => unknown]>([
  ["the token is asked for", () => {}],
  [
    "the token function has failed",
    async ({ settle }) => {
      settle(Promise.reject(new Error("offline")));
      await tick();
    },
  ],
  ["it connects", give],
  ["it connects by the next wire", fallBack],
  [
    "all wires have failed",
    async (stage) => {
      await fallBack(stage);
      stage.sse.last.close();
    },
  ],
  [
    "the gateway owes an answer",
    async (stage) => {
      await give(stage);
      stage.ws.last.open();
    },
  ],
  ["it is open", open],
  ["it is open, one way", openOneWay],
  [
    "a fresh token is asked for",
    async (stage) => {
      await open(stage);
      await tick(9_000);
    },
  ],
  [
    "a fresh token was refused",
    async (stage) => {
      await open(stage);
      stage.ws.last.send({ type: "refused", id: 1, code: "TOKEN_SCOPE", message: "No." });
    },
  ],
  [
    "a refresh is gathered, one way",
    async (stage) => {
      await openOneWay(stage);
      await tick(9_000);
      stage.settle({ ...token, key: "fresh" });
      await tick(5);
    },
  ],
  [
    "the connection is lost",
    async (stage) => {
      await open(stage);
      stage.ws.last.close();
    },
  ],
  [
    "a response has ended too soon",
    async (stage) => {
      await openOneWay(stage);
      stage.sse.last.close(1000);
    },
  ],
  [
    "the gateway has ended the subscription for a while",
    async (stage) => {
      await open(stage);
      stage.ws.last.send({ type: "ended", id: 1, code: "OVERLOADED", message: "Later.", retry: true });
    },
  ],
])("while %s", async (_, reach) => {
  const listeners = new Set<string>();
  vi.stubGlobal("addEventListener", (type: string) => listeners.add(type));
  vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
  const ws = new Gateway({ name: "websocket" });
  const sse = new Gateway({ name: "sse", oneWay: true });
  const client = createClient({ wires: [ws.wire, sse.wire], random: () => 1 });
  const settles: ((value: unknown) => void)[] = [];
  const source = vi.fn(async (): Promise<typeof token> => {
    const given = await new Promise((resolve) => settles.push(resolve));
    return given as typeof token;
  });
  const statuses: string[] = [];
  const promise = client.subscribe({
    token: source,
    onError() {},
    onStatus: (status) => statuses.push(status),
  });
  const settled = promise.catch(({ code }) => expect(code).toBe("CLOSED"));
  await tick();
  await reach({ ws, sse, settle: (value) => settles.at(-1)?.(value) });

  client.close();
  await settled;
  expect([vi.getTimerCount(), ws.live, sse.live, listeners.size]).toEqual([0, 0, 0, 0]);

  const before = [source.mock.calls.length, ws.connections.length, sse.connections.length];
  for (const settle of settles) settle(token);
  await tick(60_000);
  expect([source.mock.calls.length, ws.connections.length, sse.connections.length]).toEqual(before);
  expect(statuses.at(-1)).toBe("closed");
  expect(statuses.filter((status) => status === "closed")).toHaveLength(1);
});
