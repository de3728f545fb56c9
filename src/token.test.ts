import { describe, expect, it } from "vitest";
import { readToken } from "./token.js";

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJjaGFubmVsIjoiY2hhdDoxIn0.signature-_";
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
    ["in an object of its own", (key: string) => ({ key })],
  ])("takes the key, %s", (_, written) => {
    expect(readToken(written(jwt))).toEqual({ key: jwt });
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 5],
    ["empty text", ""],
    ["white space", " "],
    ["a word", "eyJhbGciOiJIUzI1NiJ9"],
    ["an error's JSON", '{"error":{"code":"FORBIDDEN"}}'],
    ["broken JSON", '{"channel":'],
    ["a page", "<!doctype html>"],
    ["a list", [token]],
    ["a list of text", JSON.stringify(["a"])],
    ["no key", { ...token, key: undefined }],
    ["a key that is no text", { ...token, key: 5 }],
    ["a channel that is no text", { ...token, channel: null }],
    ["a url that is no text", { ...token, url: 5 }],
    ["what isn't base64url", "a.*.c"],
    ["two parts", "a.b"],
    ["four parts", "a.b.c.d"],
    ["an empty part", "a..c"],
    ["no first part", ".b.c"],
    ["dots", ".."],
    ["two lines", "a.b.c\na.b.c"],
    ["quoted nothing", '""'],
    ["a token that was quoted twice", JSON.stringify(JSON.stringify(token))],
    ["a promise", Promise.resolve(token)],
  ])("refuses %s, without repeating it", (_, value) => {
    const refused = {
      code: "TOKEN_MALFORMED",
      message: expect.stringMatching(/^This is no token\..*app\.token\(\)[^.]*\.$/),
    };
    expect(() => readToken(value)).toThrow(expect.objectContaining(refused));
  });
});
