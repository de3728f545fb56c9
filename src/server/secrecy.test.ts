/** What must not leak: secrets, tokens and payloads are fed through every refusal, and looked for in all that comes out. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { createRealtime } from "./app.js";
import { ch, connect, SECRET, settle } from "./gateway/session.test-support.js";
import { everyHook } from "./observe/observe.test-support.js";
import { faulty } from "./revocations.test-support.js";
import { createTokens } from "./tokens.js";

const CANARY = "canary-4f1d";
const OTHER = `${CANARY} in a secret of at least thirty-two characters`;

/** All that is logged, told to onError or thrown, with causes. */
const leaks: unknown[] = [];
beforeEach(() => {
  leaks.length = 0;
  for (const method of ["log", "info", "warn", "error", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...args) => void leaks.push(...args));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function textOf(value: unknown, depth = 0): string {
  if (!(value instanceof Error) || depth > 4) return JSON.stringify(value) ?? "";
  const { name, message, stack, cause, ...rest } = value;
  return [name, message, stack, JSON.stringify(rest), textOf(cause, depth + 1)].join("\n");
}

async function attempt(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    leaks.push(error);
    return error;
  }
  throw new Error("It was to be refused.");
}

const scope = { channel: "c", topics: ["t"], publish: [], subject: undefined };
const forged = createTokens(() => OTHER).sign(scope, "1m");
const odd = createTokens(() => [{ id: CANARY, secret: OTHER }]).sign(scope, "1m");

describe("what is refused", () => {
  it.each([
    ["a secret that is too short", { secret: CANARY }],
    ["one of several that is too short", { secret: [{ id: "a", secret: OTHER }, { secret: CANARY }] }],
    ["an id that is none", { secret: [{ id: `${CANARY} `, secret: OTHER }] }],
    [
      "an id twice",
      {
        secret: [
          { id: CANARY, secret: OTHER },
          { id: CANARY, secret: OTHER },
        ],
      },
    ],
    ["a secret instead of a list", { secret: { secret: CANARY } }],
  ])("%s says nothing of it", async (_, options) => {
    const app = createRealtime({ transport: memory(), ...(options as object) });
    expect(await attempt(() => app.token({ channel: ch }))).toMatchObject({ code: "INVALID_SECRET" });
    expect(leaks.map((leak) => textOf(leak)).join("\n")).not.toContain(CANARY);
  });

  it("the environment's secret is no exception", async () => {
    vi.stubEnv("HALYARD_SECRET", CANARY);
    await attempt(() => createRealtime({ transport: memory() }).token({ channel: ch }));
    expect(leaks.map((leak) => textOf(leak)).join("\n")).not.toContain(CANARY);
  });

  it("a token, by subscribe, refresh or revoke, is quoted to nobody", async () => {
    const { transport, faults } = faulty();
    const leak = (...told: unknown[]) => void leaks.push(...told);
    const app = createRealtime({
      transport,
      secret: SECRET,
      onError: leak,
      on: everyHook(leak),
      debug: leak,
    });
    const good = await app.token({ channel: ch, expiresIn: "1m" });
    const narrow = await app.token({ channel: ch, topics: ["log"] });
    const revoked = await app.token({ channel: ch, subject: "u" });
    await app.revoke({ token: revoked });
    const client = connect(app);
    client.send({ type: "subscribe", id: 1, token: good.key });
    await client.got("subscribed");
    const tokens = [
      ...["", CANARY, `${CANARY}.${CANARY}.${CANARY}`, `${good.key}x`, forged, odd],
      ...[narrow.key, revoked.key, good.key.split(".").slice(0, 2).join(".")],
    ];
    let id = 1;
    for (const token of tokens) {
      client.send({ type: "refresh", id: 1, token });
      client.send({ type: "subscribe", id: ++id, token, topics: ["step"] });
      if (token !== narrow.key && token !== revoked.key) await attempt(() => app.revoke({ token }));
    }
    faults.publish = true;
    await attempt(() => app.revoke({ token: good }));
    await settle();
    expect(await client.got("refused", tokens.length)).toHaveLength(tokens.length);
    expect(await client.got("ended", tokens.length)).toHaveLength(tokens.length + 1);
    client.send(`{"type":"subscribe","id":99,"token":{"${CANARY}":1}}`);
    const closed = JSON.stringify(client.socket.close.mock.calls);
    expect(closed).toContain("4400");
    // Lines are printed at the end of a turn.
    await new Promise(setImmediate);
    const told = [JSON.stringify(client.frames), closed, ...leaks.map((leak) => textOf(leak))].join("\n");
    for (const token of tokens.filter((token) => token !== "")) {
      for (const part of token.split(".").slice(1)) expect(told).not.toContain(part);
      expect(told).not.toContain(token);
    }
    expect(told).not.toContain(SECRET);
    // Hooks and lines are among what was looked at.
    expect(told).toMatch(/"what":"refresh".*"code":"TOKEN_REVOKED"/);
    expect(told).toContain("✗ refused");
  });

  it.each([
    ["not JSON", `{"${CANARY}`],
    ["a type", { type: CANARY, id: 1 }],
    ["an id", { type: "subscribe", id: CANARY, token: "x" }],
    ["a token", { type: "subscribe", id: 1, token: [CANARY] }],
    ["topics", { type: "subscribe", id: 1, token: "x", topics: [CANARY, 1] }],
    ["a position", { type: "subscribe", id: 1, token: "x", after: { [CANARY]: 1 } }],
  ])("a bad frame (%s) isn't quoted in the close", (_, frame) => {
    const app = createRealtime({ transport: memory(), secret: SECRET });
    const client = connect(app);
    client.send(frame);
    expect(client.socket.close).toHaveBeenCalledOnce();
    expect(JSON.stringify(client.socket.close.mock.calls)).not.toContain(CANARY);
    client.session.closed();
  });

  it("a payload that can't be published is told to its publisher by path alone", async () => {
    const app = createRealtime({ transport: memory(), secret: SECRET });
    await attempt(() => app.publish(ch.step, { secret: CANARY, at: () => 1 } as never));
    await attempt(() => app.publish(ch.log, Symbol(CANARY) as never));
    expect(leaks.map((leak) => textOf(leak)).join("\n")).not.toContain(CANARY);
  });
});
