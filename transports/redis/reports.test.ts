import { describe, expect, it, vi } from "vitest";
import { available } from "../brokers.test-support.js";
import { kinds, open } from "./clients.test-support.js";
import { keep, start } from "./opened.test-support.js";
import { startProxy } from "./proxy.test-support.js";

describe.skipIf(!available("redis")).each(kinds)("a server that is gone, by $name", (kind) => {
  it("is told of while nobody publishes", async () => {
    const server = await start();
    const proxy = keep(await startProxy(server.port));
    const one = keep(await open(kind, proxy.url, { timeout: 1_000 }));
    const report = vi.fn();
    one.transport.reportTo?.(report);
    await one.listen();
    await server.kill();
    proxy.cut();
    await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 10_000 });
    expect(report.mock.calls[0]?.[0]).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/^redis: a subscription, which is tried again/),
    });
  });
});
