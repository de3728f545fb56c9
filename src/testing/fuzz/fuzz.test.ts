import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz.test-support.js";

describe("bad input", () => {
  it.each(["client-frame", "session", "server-frame", "sse", "token", "name"])(
    "breaks nothing: %s",
    async (only) => {
      const [tally] = await fuzz({ runs: 2_000, seed: 1, only });
      expect(tally?.inputs).toBeGreaterThanOrEqual(2_000);
    },
  );
});
