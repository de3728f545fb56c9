import { describe, expect, it } from "vitest";
import { isRealtimeError } from "./errors.js";
import { readToken } from "./token.js";

const base64url = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const jwt = (claims: unknown) => `${base64url({ alg: "HS256" })}.${base64url(claims)}.signature-_`;

const claims = { iss: "halyard", channel: "chat:é:😀", topics: ["a", "b"], exp: 1 };
const token = { channel: "chat:1", topics: ["a"], key: "k", url: "/api/realtime" };

describe("readToken", () => {
  it("takes the object, with or without a url", () => {
    expect(readToken(token)).toEqual(token);
    const { url: _, ...bare } = token;
    expect(readToken(bare)).toEqual(bare);
  });

  it("takes its JSON text, as res.text() gives it", () => {
    expect(readToken(JSON.stringify(token))).toEqual(token);
    expect(readToken(`\n ${JSON.stringify(token, null, 2)} \n`)).toEqual(token);
  });

  it.each([
    ["bare", (key: string) => key],
    ["in white space", (key: string) => ` ${key}\n`],
    ["quoted, as a JSON response of a string", (key: string) => JSON.stringify(key)],
  ])("takes the key, %s, and reads from its claims what it opens", (_, written) => {
    const key = jwt(claims);
    expect(readToken(written(key))).toEqual({ channel: claims.channel, topics: claims.topics, key });
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 5],
    ["empty text", ""],
    ["white space", " "],
    ["an error's JSON", '{"error":{"code":"FORBIDDEN"}}'],
    ["broken JSON", '{"channel":'],
    ["a page", "<!doctype html>"],
    ["an array", [token]],
    ["a list of text", JSON.stringify(["a"])],
    ["no channel", { ...token, channel: undefined }],
    ["no key", { ...token, key: undefined }],
    ["topics that are no list", { ...token, topics: "a" }],
    ["topics that are no text", { ...token, topics: [1] }],
    ["a url that is no text", { ...token, url: 5 }],
    ["a JWT of another kind", jwt({ sub: "me" })],
    ["a JWT without claims", jwt("null")],
    ["a JWT that isn't JSON", jwt("{")],
    ["a JWT that isn't base64", "a.*.c"],
    ["two parts", "a.b"],
    ["dots", ".."],
    ["quoted nothing", '""'],
    ["a promise", Promise.resolve(token)],
  ])("refuses %s, without repeating it", (_, value) => {
    try {
      expect.unreachable(JSON.stringify(readToken(value)));
    } catch (error) {
      if (!isRealtimeError(error)) throw error;
      expect(error.code).toBe("TOKEN_MALFORMED");
      expect(error.message).toBe(
        'This is no token. Expected { channel, topics, key } as app.token() gives it, or its "key".',
      );
    }
  });
});
