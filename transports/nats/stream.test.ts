/** The stream, as who uses it knows it, when it is replaced while it is asked for. */
import { describe, expect, it } from "vitest";
import { available, brokerUrl } from "../brokers.test-support.js";
import { newConfig } from "./config.js";
import { Link } from "./link.js";
import { connectTo, jetstream, jetstreamManager, unique } from "./nats.test-support.js";
import { readNats } from "./options.js";
import { Stream } from "./stream.js";

describe.skipIf(!available("nats"))("a stream that was replaced", () => {
  it("keeps its new epoch where who asked first learns last that it is another one", async () => {
    const name = unique();
    const url = brokerUrl("nats");
    const [connection, other] = await Promise.all([connectTo(url), connectTo(url)]);
    const settings = readNats({ client: jetstream(connection), stream: name, prefix: name });
    const stream = new Stream(new Link(connection, "nats", 5_000, {}), settings);
    const manager = await jetstreamManager(other);
    const first = await stream.open();
    stream.heard(first.epoch, { seq: 5, stamp: "of the old one" });
    await manager.streams.delete(name);

    // It finds none, and gives the server a moment to remove what is left.
    const slow = stream.refresh();
    await stream.call(({ streams }) => streams.info(name)).catch(() => {});
    const { description = "", ...config } = newConfig(settings, "new");
    await manager.streams.add({ ...config, description });
    stream.invalidate();
    const { epoch } = await stream.refresh();
    expect((await slow).epoch).toBe(epoch);
    expect(epoch).not.toBe(first.epoch);
    // It isn't taken for one that has lost what only the old one had stored, and given another epoch.
    expect((await manager.streams.info(name)).config.description).toBe(description);
    expect((await stream.refresh()).epoch).toBe(epoch);
    await manager.streams.delete(name);
    await Promise.all([connection.close(), other.close()]);
  });
});
