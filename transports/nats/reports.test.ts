import { afterEach, describe, expect, it, vi } from "vitest";
import { available, startNats } from "../brokers.test-support.js";
import { Recorder } from "../conformance/recorder.js";
import { connectTo, createNats, unique } from "./nats.test-support.js";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe.skipIf(!available("nats"))("a stream that can't be looked at", () => {
  it("is told of while nobody publishes", async () => {
    const server = await startNats();
    ends.push(() => server.kill());
    const connection = await connectTo(server.url);
    ends.push(() => connection.close());
    const { transport } = createNats(connection, { stream: unique() });
    ends.push(() => transport.close());
    const report = vi.fn();
    transport.reportTo?.(report);
    await transport.subscribe("a", {}, new Recorder(1_000));
    await server.kill();
    await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 20_000 });
    expect(report.mock.calls[0]?.[0]).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(/^nats: there was no connection/),
    });
  });
});
