// @ts-check
/**
 * The very commands that the transport sends, sent again by the raw client to a second server: what is left between the two
 * is what the transport itself takes. It also counts them: one command a publish is one round trip.
 */
import { PAYLOAD } from "./contestant.mjs";
import { frameOf } from "./halyard.mjs";

/** As many as a part needs, warm-up included. */
const COMMANDS = 3_500;

/**
 * @template {object} Client
 * @typedef {object} Given
 * @property {string} method The client's, which publishes.
 * @property {string} from The server where the commands are taken down.
 * @property {string} to The server where they are sent again.
 * @property {(url: string) => Promise<{ client: Client, stop: () => Promise<unknown> }>} connect
 * @property {(client: Client) => import("halyard/transport").Transport} transportOf
 * @property {(args: unknown[], there: unknown[]) => unknown[]} [adapt] A command for the second server, given one that was
 *   meant for that.
 */

/**
 * @template {object} Client
 * @param {string} name
 * @param {Given<Client>} given
 * @returns {import("./contestant.mjs").Contestant}
 */
export const sameCommand = (name, given) => ({
  name,
  async open(channel) {
    const { method, from, to, connect, adapt = (args) => args } = given;
    const taken = await takeDown(channel, from, COMMANDS, given);
    // The server needs what a transport makes at its first use: tables, a stream, a script.
    const [there = []] = await takeDown(`${channel}-other`, to, 1, given);
    const commands = taken.map((args) => adapt(args, there));
    const { client, stop } = await connect(to);
    const call = methodOf(client, method);
    let next = 0;
    return {
      publish(message) {
        // The payload is made for it, too.
        frameOf(message);
        const args = commands[next++];
        if (!args) throw new Error(`More than ${COMMANDS} commands are needed.`);
        return call(...args);
      },
      subscribe: undefined,
      async stop() {
        await stop();
      },
    };
  },
});

/**
 * What the transport calls for each publish.
 *
 * @template {object} Client
 * @param {string} channel
 * @param {string} url
 * @param {number} count
 * @param {Given<Client>} given
 */
async function takeDown(channel, url, count, { method, connect, transportOf }) {
  const { client, stop } = await connect(url);
  /** @type {unknown[][]} */
  const commands = [];
  const call = methodOf(client, method);
  const noting = new Proxy(client, {
    get(target, property) {
      if (property === method) {
        return (/** @type {unknown[]} */ ...args) => {
          commands.push(args);
          return call(...args);
        };
      }
      const value = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const transport = transportOf(noting);
  await transport.publish(channel, [frameOf({ seq: 0, text: PAYLOAD })]);
  commands.length = 0;
  for (let seq = 1; seq <= count; seq++) await transport.publish(channel, [frameOf({ seq, text: PAYLOAD })]);
  await transport.close();
  await stop();
  if (commands.length !== count) {
    throw new Error(`${commands.length} calls of ${method} for ${count} publishes: not one round trip each.`);
  }
  return commands;
}

/** @param {object} client @param {string} method @returns {(...args: unknown[]) => Promise<unknown>} */
const methodOf = (client, method) => Reflect.get(client, method).bind(client);
