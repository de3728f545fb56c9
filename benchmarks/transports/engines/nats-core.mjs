// @ts-check
/** Core NATS, which keeps nothing: what comes while nobody listens is gone, for both. */
import { connect } from "@nats-io/transport-node";
import { natsCore as transportOf } from "halyard/transports/nats";
import { startNats } from "../../../test-support/brokers/index.mjs";
import { halyard, transportAlone } from "../halyard.mjs";
import { natsServer } from "../nats-server.mjs";

/** @typedef {import("../contestant.mjs").Message} Message */

/** @param {string} name @param {string} url */
const stock = (name, url) => ({
  name,
  async open(/** @type {string} */ channel) {
    const [writer, reader] = [await connect({ servers: url }), await connect({ servers: url })];
    return {
      async publish(/** @type {Message} */ message) {
        writer.publish(`stock.${channel}`, JSON.stringify(message));
        await writer.flush();
      },
      async subscribe(/** @type {(message: Message) => void} */ onMessage) {
        reader.subscribe(`stock.${channel}`, { callback: (_, message) => onMessage(message.json()) });
        await reader.flush();
      },
      async stop() {
        await writer.close();
        await reader.close();
      },
    };
  },
});

/** @returns {Promise<import("../contestant.mjs").Engine>} */
export async function engine() {
  const { server, connections } = await natsServer(startNats);
  const { url } = server;
  const open = async () => {
    const client = await connect({ servers: url });
    return { transport: transportOf({ client }), stop: () => client.close() };
  };
  return {
    name: "natsCore",
    about: "NATS without JetStream; @nats-io/transport-node",
    pid: server.pid,
    messages: 50_000,
    awaited: [
      stock("NATS: publish and flush", url),
      transportAlone("Halyard's transport", open),
      halyard("Halyard", open),
    ],
    bursts: [
      stock("NATS: publish and flush", url),
      transportAlone("Halyard's transport", open, { batch: true }),
      halyard("Halyard", open),
    ],
    transport: open,
    connections,
    stored: undefined,
    stop: () => server.stop(),
  };
}
