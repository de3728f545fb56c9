import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SecretKey } from "./secrets.js";
import { createTokens } from "./tokens.js";

const OLD = "the old secret of at least thirty-two characters";
const NEW = "the new secret of at least thirty-two characters";
const scope = { channel: "c", topics: ["t"], publish: [], subject: undefined };
const tokens = (secret: string | readonly SecretKey[]) => createTokens(() => secret);
const sign = (secret: string | readonly SecretKey[]) => tokens(secret).sign(scope, "1m");
const codeOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

/** A JWT by hand (RFC 7515, appendix A.1), so that the library that checks it isn't the one that made it. */
function byHand(claims: object, header: object = {}, secret = OLD): string {
  const text = [{ alg: "HS256", typ: "JWT", ...header }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}
const partOf = (key: string, i: number) =>
  JSON.parse(Buffer.from(key.split(".")[i] as string, "base64url").toString());

const NOW = 1_800_000_000_000;
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

describe("key rotation", () => {
  const rotating = [{ id: "new", secret: NEW }, { secret: OLD }];

  it("the first signs and says so; all check", () => {
    expect(partOf(sign(rotating), 0)).toEqual({ alg: "HS256", typ: "JWT", kid: "new" });
    expect(partOf(sign(OLD), 0)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(tokens(rotating).verify(sign(rotating)).channel).toBe("c");
    expect(tokens(rotating).verify(sign(OLD)).channel).toBe("c");
    expect(tokens([{ secret: OLD }, { id: "new", secret: NEW }]).verify(sign(rotating)).channel).toBe("c");
  });

  it("takes a header that is written otherwise than ours", () => {
    const claims = {
      iss: "halyard",
      channel: "c",
      topics: ["t"],
      iat: NOW / 1000,
      exp: NOW / 1000 + 9,
      jti: "1",
    };
    expect(tokens(rotating).verify(byHand(claims, { kid: "new", x: 1 }, NEW)).id).toBe("1");
    expect(tokens(rotating).verify(byHand(claims, { x: 1 })).id).toBe("1");
  });

  it.each([
    ["an unknown key id", () => sign([{ id: "gone", secret: OLD }]), rotating],
    ["an id where no secret has one", () => sign(rotating), NEW],
    ["no id where all secrets have one", () => sign(OLD), [{ id: "old", secret: OLD }]],
    ["the id of another secret", () => sign([{ id: "new", secret: OLD }]), rotating],
    ["an id that is no string", () => byHand({}, { kid: 1 }), rotating],
  ])("TOKEN_INVALID for %s: the key that a token names, and no other, checks it", (_, make, secret) => {
    expect(codeOf(() => tokens(secret).verify(make()))).toBe("TOKEN_INVALID");
  });

  it.each([
    ["a short one", [{ id: "a", secret: NEW }, { secret: "short" }]],
    ["none", []],
    ["two without an id", [{ secret: NEW }, { secret: OLD }]],
    [
      "one id twice",
      [
        { id: "a", secret: NEW },
        { id: "a", secret: OLD },
      ],
    ],
    ["an empty id", [{ id: "", secret: NEW }]],
    ["an id with a space", [{ id: "a b", secret: NEW }]],
    ["an id that is too long", [{ id: "a".repeat(65), secret: NEW }]],
    ["no secrets", [null]],
    ["a number", 12],
  ])("INVALID_SECRET for %s", (_, secret) => {
    expect(codeOf(() => sign(secret as never))).toBe("INVALID_SECRET");
  });
});

describe("claims", () => {
  const good = {
    iss: "halyard",
    channel: "c",
    topics: ["t"],
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
    jti: "1",
  };

  it("say what was signed, to the millisecond", () => {
    vi.setSystemTime(NOW + 123);
    const key = tokens(OLD).sign({ channel: "c", topics: ["t"], publish: ["p"], subject: "u" }, "1m");
    expect(tokens(OLD).verify(key)).toEqual({
      channel: "c",
      topics: ["t"],
      publish: ["p"],
      subject: "u",
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      issuedAt: NOW + 123,
      expiresAt: NOW + 61_000,
    });
    expect(partOf(sign(OLD), 1)).not.toHaveProperty("publish");
  });

  it("a token lives at least as long as it was asked to, and says when it was issued after a time that it is given", () => {
    vi.setSystemTime(NOW + 999);
    const key = tokens(OLD).sign(scope, "1s", NOW + 5000);
    expect(tokens(OLD).verify(key)).toMatchObject({ issuedAt: NOW + 5001, expiresAt: NOW + 2000 });
    vi.setSystemTime(NOW + 2001);
    expect(codeOf(() => tokens(OLD).verify(key))).toBe("TOKEN_EXPIRED");
  });

  it.each([
    ["TOKEN_INVALID", "another issuer", { iss: "somebody" }],
    ["TOKEN_INVALID", "no issuer", { iss: undefined }],
    ["TOKEN_INVALID", "no expiry", { exp: undefined }],
    ["TOKEN_INVALID", "no time of issue", { iat: undefined }],
    ["TOKEN_INVALID", "no id", { jti: undefined }],
    ["TOKEN_INVALID", "a life of over a day", { exp: NOW / 1000 + 86_402 }],
    ["TOKEN_INVALID", "a channel of the package's own", { channel: "~halyard:revocations" }],
    ["TOKEN_MALFORMED", "a time of issue that is no number", { iat: "now" }],
    ["TOKEN_MALFORMED", "an id that is no string", { jti: 7 }],
    ["TOKEN_MALFORMED", "nothing that it opens", { topics: [], publish: [] }],
    ["TOKEN_MALFORMED", "topics that are none", { topics: "t" }],
    ["TOKEN_MALFORMED", "topics that are no names", { publish: [1] }],
    ["TOKEN_MALFORMED", "no channel", { channel: undefined }],
  ])("%s for %s", (code, _, claims) => {
    expect(codeOf(() => tokens(OLD).verify(byHand({ ...good, ...claims })))).toBe(code);
    expect(tokens(OLD).verify(byHand(good)).id).toBe("1");
  });

  it.each(["", ".", "..", "a.b.c", "rubbish", "e30.e30.", `${"A".repeat(70_000)}.a.a`])(
    "TOKEN_MALFORMED or TOKEN_INVALID for %s",
    (key) => {
      expect(codeOf(() => tokens(OLD).verify(key))).toMatch(/^TOKEN_(MALFORMED|INVALID)$/);
    },
  );
});
