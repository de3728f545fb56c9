/** A server that crashes again and again, as a channel sees it that has messages in some of its epochs. */
import { afterAll, describe, expect, it } from "vitest";
import { available } from "../brokers.test-support.js";
import { postgres } from "./index.js";
import { channelName, epochOf, listen, openLab, readAll, say } from "./lab.test-support.js";

describe.skipIf(!available("postgres"))("epochs", () => {
  const { schema, pool } = openLab("epochs");
  const transport = postgres({ client: pool, schema });
  afterAll(() => transport.close());
  /** What a crash of the server leads to. */
  const crash = () => pool.query(`SELECT "${schema}".renew(true)`);
  /** Where a new subscriber begins. */
  const end = async (channel: string) => {
    const { subscription } = await listen(transport, channel);
    subscription.unsubscribe();
    return subscription.position ?? "";
  };

  it("resumes from an epoch in which the channel had no message, and gives nothing twice", async () => {
    const channel = channelName();
    const first = await say(transport, channel, "1");
    await say(transport, channel, "2");
    await crash();
    const between = await end(channel);
    expect(epochOf(between)).not.toBe(epochOf(first));
    await crash();
    expect(await readAll(transport, channel, between)).toMatchObject({ texts: [], gaps: ["epoch at 0"] });
    await say(transport, channel, "3");
    expect(await readAll(transport, channel, between)).toMatchObject({ texts: ["3"], gaps: ["epoch at 0"] });
    await crash();
    await crash();
    await say(transport, channel, "4");
    expect(await readAll(transport, channel, between)).toMatchObject({
      texts: ["3", "4"],
      gaps: ["epoch at 0", "epoch at 1"],
    });
    expect(await readAll(transport, channel, first)).toMatchObject({
      texts: ["2", "3", "4"],
      gaps: ["epoch at 1", "epoch at 2"],
    });
  });

  it("tells a gap once: what was read leads beyond it", async () => {
    const channel = channelName();
    const first = await say(transport, channel, "1");
    await crash();
    await crash();
    const { gaps, position } = await readAll(transport, channel, first);
    expect(gaps).toEqual(["epoch at 0"]);
    expect((await readAll(transport, channel, position)).gaps).toEqual([]);
    await crash();
    expect((await readAll(transport, channel, position)).gaps).toEqual(["epoch at 0"]);
  });

  it("begins with the first message for a position of before the channel was there", async () => {
    const channel = channelName();
    const before = await end(channel);
    await crash();
    await say(transport, channel, "1");
    expect(await readAll(transport, channel, before)).toMatchObject({ texts: ["1"], gaps: ["epoch at 0"] });
  });

  it("still knows none of an epoch that never was", async () => {
    const channel = channelName();
    await say(transport, channel, "1");
    expect(await readAll(transport, channel, "never.1")).toMatchObject({
      texts: ["1"],
      gaps: ["epoch at 0"],
    });
  });
});
