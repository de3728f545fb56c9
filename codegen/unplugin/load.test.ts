import { expect, test } from "vitest";
import { loadUnplugin } from "./load.js";

test("where unplugin isn't installed, the error says how to install it", async () => {
  const failing = (name: string) => async () => {
    const message = `Cannot find package '${name}' imported from /app/vite.config.js`;
    throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
  };
  await expect(loadUnplugin(failing("unplugin"))).rejects.toMatchObject({
    code: "CODEGEN_MISSING_PEER",
    message: expect.stringContaining("npm install -D unplugin"),
  });
  await expect(loadUnplugin(failing("acorn"))).rejects.toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
});
