import { describe, expect, it } from "vitest";
import { checkOrigins } from "./origins.js";

describe("checkOrigins", () => {
  it("without a list allows all, and lists none", () => {
    const origins = checkOrigins(undefined, "test");
    expect([
      origins.allows("https://a.example"),
      origins.allows(null),
      origins.lists("https://a.example"),
    ]).toEqual([true, true, false]);
  });

  it.each([
    ["https://app.example.com", true],
    ["http://localhost:3000", true],
    ["capacitor://localhost", true],
    ["http://app.example.com", false],
    ["https://app.example.com:8443", false],
    ["https://app.example.com.evil.example", false],
    ["https://evil.example/https://app.example.com", false],
    ["null", false],
    ["", false],
  ])("allows and lists %j: %s", (origin, expected) => {
    const origins = checkOrigins(
      ["https://App.Example.com", "http://localhost:3000", "capacitor://localhost"],
      "test",
    );
    expect([origins.allows(origin), origins.lists(origin)]).toEqual([expected, expected]);
  });

  it("lets in who sends none: that is no browser", () => {
    const origins = checkOrigins([], "test");
    expect([origins.allows(undefined), origins.allows(null), origins.allows("https://a.example")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(origins.lists(undefined)).toBe(false);
  });

  it.each([
    ["https://a.example/"],
    ["https://a.example:443"],
    ["a.example"],
    ["https://a.example/path"],
    ["https://user@a.example"],
    ["https://*.example"],
    ["*"],
    ["null"],
    [""],
    [7],
  ])("refuses %j, and says what it would take", (origin) => {
    expect(() => checkOrigins([origin] as never, "createHandler")).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTIONS",
        message: expect.stringMatching(/^createHandler: origins .*"https:\/\/app\.example\.com"/),
      }),
    );
    expect(() => checkOrigins("https://a.example" as never, "x")).toThrow("must be an array");
  });
});
