import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { isRealtimeError, RealtimeError } from "./errors.js";

describe("RealtimeError", () => {
  it("has a code, and a cause and issues where they are given", () => {
    const bare = new RealtimeError("CLOSED", "Closed.");
    expect(bare).toMatchObject({ name: "RealtimeError", code: "CLOSED", message: "Closed.", issues: [] });
    expect("cause" in bare).toBe(false);
    expect(String(bare)).toBe("RealtimeError: Closed.");
    const issues = [{ message: "no", path: ["a"] }];
    expect(new RealtimeError("INVALID_PAYLOAD", "No.", { cause: undefined, issues })).toMatchObject({
      issues,
    });
    expect("cause" in new RealtimeError("INTERNAL", "No.", { cause: undefined })).toBe(true);
  });
});

describe("isRealtimeError", () => {
  it("knows one of another copy, and of another realm", () => {
    expect(isRealtimeError(new RealtimeError("CLOSED", "Closed."))).toBe(true);
    expect(
      isRealtimeError(
        runInNewContext(`Object.assign(new Error("x"), { name: "RealtimeError", code: "CLOSED" })`),
      ),
    ).toBe(true);
  });

  it.each([
    undefined,
    null,
    5,
    "RealtimeError",
    {},
    new Error("x"),
    Object.assign(new Error("x"), { code: "ENOENT" }),
  ])("is false for %j", (value) => expect(isRealtimeError(value)).toBe(false));
});
