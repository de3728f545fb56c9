// @ts-check
/** JetStream: a publish per message and an ordered consumer, as the client's documentation shows them. */
import { DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { nats as transportOf } from "halyard/transports/nats";
import { startNats } from "../../../test-support/brokers/index.mjs";
import { halyard, transportAlone } from "../halyard.mjs";
import { natsServer } from "../nats-server.mjs";
import { oneByOne } from "../one-by-one.mjs";
import { sameCommand } from "../same-command.mjs";

/** @typedef {import("../contestant.mjs").Message} Message */

/** The same for all, and more than a subscriber ever falls behind. */
const HISTORY = 100_000;

/** @param {string} there @param {string} subject */
const withEpochOf = (there, subject) =>
  subject
    .split(".")
    .with(1, there.split(".")[1] ?? "")
    .join(".");

/** @param {string} name @param {string} url */
const stock = (name, url) => ({
  name,
  async open(/** @type {string} */ channel) {
    const [writer, reader] = [await connect({ servers: url }), await connect({ servers: url })];
    const manager = await jetstreamManager(writer);
    const subjects = ["stock.>"];
    const config = { name: "STOCK", subjects, max_msgs_per_subject: HISTORY };
    await manager.streams.add(config).catch(() => {}); // Another has.
    const js = jetstream(writer);
    /** @type {{ stop(): void } | undefined} */
    let messages;
    return {
      publish: (/** @type {Message} */ message) => js.publish(`stock.${channel}`, JSON.stringify(message)),
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        const consumer = await jetstream(reader).consumers.get("STOCK", {
          filter_subjects: `stock.${channel}`,
          deliver_policy: DeliverPolicy.New,
        });
        messages = await consumer.consume({ callback: (message) => onMessage(message.json()) });
      },
      async stop() {
        messages?.stop();
        await writer.close();
        await reader.close();
      },
    };
  },
});

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  const { server, connections, stored } = await natsServer(startNats);
  const second = await startNats();
  const { url } = server;
  const open = async () => {
    const client = await connect({ servers: url });
    const transport = transportOf({ client: jetstream(client), history: { count: HISTORY } });
    return { transport, stop: () => client.close() };
  };
  return {
    name: "nats",
    about: "NATS with JetStream, its stream in files; @nats-io/jetstream",
    pid: server.pid,
    messages: 50_000,
    awaited: [
      sameCommand("JetStream: the transport's own publish", {
        ...{ method: "publish", from: url, to: second.url },
        async connect(url) {
          const connection = await connect({ servers: url });
          return { client: jetstream(connection), stop: () => connection.close() };
        },
        transportOf: (client) => transportOf({ client, history: { count: HISTORY } }),
        // A stream has an epoch of its own in its subjects: halyard.EPOCH.c.CHANNEL.
        adapt: ([subject, ...rest], [there]) => [withEpochOf(String(there), String(subject)), ...rest],
      }),
      stock("JetStream publish", url),
      transportAlone("Halyard's transport", open),
      halyard("Halyard", open),
    ],
    bursts: [
      { ...stock("JetStream publish and ordered consumer", url), pace: 0.3 },
      { ...oneByOne(stock("JetStream, each publish awaited", url)), pace: 0.1 },
      transportAlone("Halyard's transport", open, { batch: true }),
      halyard("Halyard", open),
    ],
    transport: open,
    connections,
    stored,
    async stop() {
      await server.stop();
      await second.stop();
    },
  };
}
