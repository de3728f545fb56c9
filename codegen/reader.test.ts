import { expect, test } from "vitest";
import { loadSession } from "./reader.js";

test("names the install command where ts-morph is missing", async () => {
  // What Node says when a package isn't there.
  const missing = Object.assign(
    new Error("Cannot find package 'ts-morph' imported from /app/read/index.js"),
    {
      code: "ERR_MODULE_NOT_FOUND",
    },
  );
  const error = await loadSession(() => Promise.reject(missing)).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "CODEGEN_MISSING_PEER", cause: missing });
  expect(error).toHaveProperty("message", expect.stringContaining("npm install -D ts-morph"));
});

test("keeps other failures as they are", async () => {
  const broken = new SyntaxError("Unexpected token");
  await expect(loadSession(() => Promise.reject(broken))).rejects.toBe(broken);
});
