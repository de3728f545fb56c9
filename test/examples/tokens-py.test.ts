/** The example fastapi-tokens: what its `tokens.py` mints and spells, before a real gateway. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { realtime, registry, staticSchema } from "halyard";
import { createHandler, createRealtime, type RealtimeOptions } from "halyard/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import { root } from "../support/process.js";

// The example's own way to a Python that has FastAPI; `npm run setup` goes by the same.
const { findPython } = await import(path.join(root, "examples/fastapi-tokens/python.mjs"));
const python: string | undefined = findPython();

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";

type Answer<T> = T | { readonly refused: string };

/** What a Python expression, with `tokens.py` at hand, gives for each `given`; or what its TokenError says. */
function evaluate<T>(expression: string, inputs: readonly unknown[]): Answer<T>[] {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(path.join(root, "examples/fastapi-tokens/server"))})
from tokens import *
def mint(secret, **given):
    return mint_token(SecretKey(**secret) if isinstance(secret, dict) else secret, **given)
def one(given):
    try: return ${expression}
    except TokenError as error: return {"refused": str(error)}
print(json.dumps([one(given) for given in json.load(sys.stdin)]))
`;
  const input = JSON.stringify(inputs);
  const { stdout, stderr, status } = spawnSync(python ?? "", ["-B", "-c", program], {
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

interface Minted {
  readonly channel: string;
  readonly topics: readonly string[];
  readonly key: string;
}

/** Tokens; throws where Python refuses one. */
function mint(...inputs: readonly object[]): Minted[] {
  const good = { secret: OLD, channel: "room:1", topics: ["heard"] };
  return evaluate<Minted>(
    "mint(**given)",
    inputs.map((given) => ({ ...good, ...given })),
  ).map((token) => {
    if ("refused" in token) throw new Error(token.refused);
    return token;
  });
}

const partOf = ({ key }: { readonly key: string }, i: number) =>
  JSON.parse(Buffer.from(key.split(".")[i] ?? "", "base64url").toString());

const room = realtime.channel({
  name: "room:{id}",
  topics: { heard: { schema: staticSchema<string>() }, said: { schema: staticSchema<string>() } },
});

/** A gateway: what it makes of tokens. */
function makeGateway(secret: RealtimeOptions["secret"]) {
  const app = createRealtime({ secret });
  const handler = createHandler(app, { channels: registry({ room }), publish: true });
  const post = (end: string, body: object) =>
    handler(
      new Request(`http://gateway/api/realtime${end}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  return {
    app,
    /** The first frame of a subscription. */
    async subscribe({ key }: Minted, topics?: readonly string[]): Promise<Record<string, unknown>> {
      const subscriptions = [{ id: 1, token: key, ...(topics && { topics }) }];
      const response = await post("", { versions: ["halyard.v1"], subscriptions });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!/"type":"(subscribed|ended)".*\n\n/.test(text)) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`It ended: ${text}`);
        text += value;
      }
      await reader?.cancel();
      return JSON.parse(/\{"type":"(?:subscribed|ended)".*\}/.exec(text)?.[0] ?? "");
    },
    /** `"published"`, or the error's code. */
    async publish({ key, channel }: Minted): Promise<string> {
      const response = await post("/publish", {
        token: key,
        channel,
        messages: [{ topic: "said", data: "x" }],
      });
      const { results, error } = await response.json();
      return error?.code ?? results[0].error?.code ?? "published";
    },
  };
}

describe.skipIf(!python)("tokens.py", () => {
  afterEach(() => void vi.useRealTimers());

  test("mints what the gateway takes, in the form that Halyard's own have", async () => {
    const gateway = makeGateway(OLD);
    const scope = { topics: ["heard"], publish: ["said"], subject: "Käthe 🙂" } as const;
    const [token] = mint({ ...scope, expires_in: 60 }) as [Minted];
    expect(await gateway.subscribe(token)).toMatchObject({ type: "subscribed", channel: "room:1" });
    expect(await gateway.publish(token)).toBe("published");

    const own = await gateway.app.token({ channel: room({ id: "1" }), ...scope, expiresIn: "1m" });
    expect({ ...token, key: "" }).toEqual({ ...own, key: "" });
    expect(partOf(token, 0)).toEqual(partOf(own, 0));
    const { iat, exp, ms, jti, ...claims } = partOf(token, 1);
    const { iat: _, exp: __, ms: ___, jti: ____, ...expected } = partOf(own, 1);
    expect(claims).toEqual(expected);
    expect(Math.abs(iat * 1000 + ms - Date.now())).toBeLessThan(60_000);
    expect(exp - iat).toBe(ms === 0 ? 60 : 61);
    expect(jti).toMatch(/^[\da-f-]{36}$/);
  });

  test("opens what it says and no more", async () => {
    const gateway = makeGateway(OLD);
    const [hears, says] = mint({}, { topics: [], publish: ["said"] }) as [Minted, Minted];
    expect(await gateway.publish(hears)).toBe("TOKEN_SCOPE");
    expect(await gateway.subscribe(hears, ["said"])).toMatchObject({ type: "ended", code: "TOKEN_SCOPE" });
    expect(await gateway.publish(says)).toBe("published");
    expect(await gateway.publish({ ...says, channel: "room:2" })).toBe("TOKEN_SCOPE");
    expect(await gateway.subscribe(says, ["heard"])).toMatchObject({ type: "ended", code: "TOKEN_SCOPE" });
  });

  test("is refused where the secret is another, something was changed, or its time is up", async () => {
    const gateway = makeGateway(OLD);
    const [good, foreign] = mint(
      { publish: ["said"], expires_in: 1 },
      { publish: ["said"], secret: NEW },
    ) as [Minted, Minted];
    expect(await gateway.publish(good)).toBe("published");
    expect(await gateway.publish(foreign)).toBe("TOKEN_INVALID");
    expect(await gateway.subscribe(foreign)).toMatchObject({ type: "ended", code: "TOKEN_INVALID" });
    const [header, , signature] = good.key.split(".");
    const claims = Buffer.from(JSON.stringify({ ...partOf(good, 1), channel: "room:2" })).toString(
      "base64url",
    );
    const forged = { ...good, channel: "room:2", key: [header, claims, signature].join(".") };
    expect(await gateway.publish(forged)).toBe("TOKEN_INVALID");

    vi.useFakeTimers({ toFake: ["Date"], now: partOf(good, 1).exp * 1000 + 1 });
    expect(await gateway.publish(good)).toBe("TOKEN_EXPIRED");
  });

  test("names its key while secrets are rotated", async () => {
    const rotating = makeGateway([{ id: "2026-11", secret: NEW }, { secret: OLD }]);
    const [current, older, unknown, mixed] = mint(
      { publish: ["said"], secret: { id: "2026-11", secret: NEW } },
      { publish: ["said"], secret: OLD },
      { publish: ["said"], secret: { id: "2025-11", secret: OLD } },
      { publish: ["said"], secret: { id: "2026-11", secret: OLD } },
    ) as [Minted, Minted, Minted, Minted];
    expect(partOf(current, 0)).toEqual({ alg: "HS256", typ: "JWT", kid: "2026-11" });
    expect(await rotating.publish(current)).toBe("published");
    expect(await rotating.publish(older)).toBe("published");
    expect(await rotating.publish(unknown)).toBe("TOKEN_INVALID");
    expect(await rotating.publish(mixed)).toBe("TOKEN_INVALID");
  });

  test("goes to the bounds of what the gateway takes, and not beyond", async () => {
    const gateway = makeGateway(OLD);
    const atBounds = mint(
      { expires_in: 1, publish: ["said"] },
      { expires_in: 86_400, publish: ["said"] },
      { subject: "x".repeat(255), publish: ["said"] },
      { channel: `room:${"x".repeat(250)}`, publish: ["said"] },
      { channel: room({ id: `${"ü".repeat(41)}abcd` }).name, publish: ["said"] },
    );
    for (const token of atBounds) expect(await gateway.publish(token), token.channel).toBe("published");

    const beyond = [
      ...[0.99, 0, -1, 86_400.5, "nan", "inf"].map((expires_in) => ({ expires_in })),
      ...["", "x".repeat(256), "ü".repeat(128), "\ud800", "~halyard:revocations"].map((channel) => ({
        channel,
      })),
      ...["", "x".repeat(256), "🙂".repeat(128), "\udc00"].map((subject) => ({ subject })),
      ...["", "short", "x".repeat(31)].map((secret) => ({ secret })),
      ...["", "a b", "ü", "x".repeat(65)].map((id) => ({ secret: { id, secret: OLD } })),
      ...[[], "heard", [""]].map((topics) => ({ topics })),
    ];
    const good = { secret: OLD, channel: "room:1", topics: ["heard"] };
    const answers = evaluate<Minted>(
      `mint(**{**given, "expires_in": float(given.get("expires_in", 60))})`,
      beyond.map((given) => ({ ...good, ...given })),
    );
    for (const [i, answer] of answers.entries()) {
      expect(answer, JSON.stringify(beyond[i])).toEqual({ refused: expect.any(String) });
      for (const secret of [OLD, "short"]) expect(JSON.stringify(answer)).not.toContain(`"${secret}`);
    }
  });

  test("spells every name as the channel does, or refuses it with it", () => {
    const patterns = [
      "room:{id}",
      "{a}:{b}",
      "a-{a}-{b}/{c}",
      "{a}.{b}_{c}~{d}!",
      "plain",
      "t:{a}::{b}|é|{c}",
    ];
    const letters = [..."aZ09-._~:/!*'()%+ {}\"\\\n", "ü", "日", "🙂", "\u0000", "\u0301"];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const text = () => Array.from({ length: 1 + random(9) }, () => letters[random(letters.length)]).join("");
    const given = patterns.flatMap((pattern) => {
      const params = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
      return Array.from({ length: 200 }, () => ({
        pattern,
        params: Object.fromEntries(params.map((name) => [name, text()])),
      }));
    });
    given.push(
      ...["", "\ud800", "x".repeat(251), "x".repeat(250), "ü".repeat(42), "acme:board:x", ".", ".."].map(
        (id) => ({
          pattern: "room:{id}",
          params: { id },
        }),
      ),
      ...["{a}{b}", "{a}b{b}", "{a}:{a}", "{a", "a}", "$" + "{a}", "{1}", "{a b}"].map((pattern) => ({
        pattern,
        params: { a: "1", b: "2" },
      })),
      { pattern: "room:{id}", params: {} },
      { pattern: "room:{id}", params: { id: "1", more: "2" } },
      { pattern: "~halyard:{id}", params: { id: "1" } },
    );
    const names = evaluate<string>(`channel_name(given["pattern"], **given["params"])`, given);
    const refused = names.filter((name) => typeof name !== "string").length;
    for (const [i, { pattern, params }] of given.entries()) {
      const name = names[i];
      expect(typeof name === "string" ? name : undefined, JSON.stringify(given[i])).toBe(
        spell(pattern, params),
      );
    }
    expect(refused).toBe(15);
  });
});

/** The name that a channel gives itself; `undefined` where it refuses, or an app would. */
function spell(pattern: string, params: Record<string, string>): string | undefined {
  try {
    const topics = { t: { schema: staticSchema<string>() } };
    // What stands in a table is no pattern that the compiler knows.
    const made = realtime.channel({ name: pattern as "x:{id}", topics }) as unknown;
    const { name } = (typeof made === "function" ? made(params) : made) as { readonly name: string };
    return name.startsWith("~halyard:") ? undefined : name;
  } catch {
    return undefined;
  }
}
