import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { available, brokerUrl } from "../brokers.test-support.js";
import { startDoor } from "./door.test-support.js";
import { postgres } from "./index.js";
import { channelName, listen, openLab, say } from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("a database that is gone", () => {
  const { schema, later } = openLab("reports");

  it("is told of while nobody publishes, and listening goes on once it is back", async () => {
    const door = later(await startDoor(brokerUrl("postgres")), (it) => it.close());
    const pool = later(new pg.Pool({ connectionString: door.url }), (it) => it.end());
    pool.on("error", () => {});
    const transport = later(postgres({ client: pool, schema }), (it) => it.close());
    const report = vi.fn();
    transport.reportTo?.(report);
    const channel = channelName();
    const sink = await listen(transport, channel);
    await door.cut();
    await vi.waitFor(() => expect(report).toHaveBeenCalled(), { timeout: 10_000 });
    expect(report.mock.calls[0]?.[0]).toMatchObject({
      code: "TRANSPORT_FAILED",
      message: expect.stringMatching(
        /^postgres: couldn't listen, so that messages come late: .* nothing listens/,
      ),
    });
    await door.mend();
    await say(transport, channel, "back").catch(() => say(transport, channel, "back"));
    await sink.count(1);
  });
});
