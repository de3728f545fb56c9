import { describe, expect, it } from "vitest";
import { type Duration, toMilliseconds } from "./duration.js";

describe("toMilliseconds", () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1500, 1500],
    [0.5, 0.5],
    ["500ms", 500],
    ["30s", 30_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["1.5h", 5_400_000],
    ["0s", 0],
  ])("reads %j as %d", (value, expected) => {
    expect(toMilliseconds(value, "age")).toBe(expected);
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    "",
    "10",
    "10 m",
    "-10m",
    "+1s",
    "1e3s",
    "Infinityms",
    "10m5s",
    ".5s",
    "1w",
    null,
    undefined,
    {},
    ["10m", "5m"],
    10n,
  ])("refuses %o, naming the option, the value and what is allowed", (value) => {
    expect(() => toMilliseconds(value as Duration, "history.age")).toThrow(
      expect.objectContaining({
        code: "INVALID_OPTIONS",
        message: expect.stringMatching(/^history\.age is .+: give milliseconds, 0 or more, .*"10m"\.$/s),
      }),
    );
  });
});
