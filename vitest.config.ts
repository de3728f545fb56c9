import { defineConfig } from "vitest/config";

/** Finds or starts the brokers. */
const globalSetup = ["./test-support/brokers/global-setup.mjs"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,transports,codegen}/**/*.test.ts"],
          globalSetup,
          // Generous: what is slow is measured by benchmarks, not by tests.
          testTimeout: 30_000,
          // A rejection that nobody handles fails the run; vitest's default, stated because we rely on it.
          dangerouslyIgnoreUnhandledErrors: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/**/*.test.ts"],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
