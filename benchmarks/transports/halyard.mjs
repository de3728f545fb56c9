// @ts-check
/** Halyard as a contestant: two apps, each with a transport and a client of its own. */
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";

/** @typedef {import("./contestant.mjs").Contestant} Contestant */
/** @typedef {import("./contestant.mjs").Message} Message */
/** @typedef {import("halyard/transport").Frame} Frame */
/** @typedef {() => Promise<{ transport: import("halyard/transport").Transport, stop: () => Promise<void> }>} Open */

const schema = /** @type {typeof staticSchema<Message>} */ (staticSchema)();
export const benchChannel = realtime.channel({ name: "bench:{id}", topics: { line: { schema } } });
const secret = "a secret of at least thirty-two characters";

/**
 * What a user does: `app.publish` and `app.subscribe`.
 *
 * @param {string} name
 * @param {Open} open
 * @returns {Contestant}
 */
export const halyard = (name, open) => ({
  name,
  async open(id) {
    const channel = benchChannel({ id });
    const ends = [await open(), await open()];
    const [from, to] = ends.map(({ transport }) => createRealtime({ transport, secret }));
    const end = new AbortController();
    return {
      publish: (message) => from.publish(channel.line, message),
      async subscribe(onMessage, onLoss) {
        await to.subscribe({
          ...{ channel, signal: end.signal },
          onMessage: ({ data }) => onMessage(data),
          onGap: ({ reason }) => onLoss(`gap: ${reason}`),
          onError: (error) => onLoss(String(error)),
        });
      },
      async stop() {
        end.abort();
        await from.close();
        await to.close();
        for (const { stop } of ends) await stop();
      },
    };
  },
});

/** As core makes them; but made at once. @param {Message} message */
export function frameOf(message) {
  const content = `{"topic":"line","data":${JSON.stringify(message)}`;
  const payload = `${content},"createdAt":${Date.now()}}`;
  return { topic: "line", payload, content, key: undefined, size: payload.length };
}

/** @param {import("halyard/transport").Transport} transport @param {string} channel @param {Frame[]} frames */
async function store(transport, channel, frames) {
  const results = await transport.publish(channel, frames);
  for (const result of results) if ("error" in result) throw result.error;
}

/**
 * What a tick publishes is one batch, and one batch at a time is under way, as core has it.
 *
 * @param {import("halyard/transport").Transport} transport
 * @param {string} channel
 */
function batching(transport, channel) {
  /** @type {Frame[]} */
  const waiting = [];
  /** @type {Promise<void> | undefined} */
  let next;
  /** @type {Promise<void>} */
  let underWay = Promise.resolve();
  const send = async () => {
    await underWay;
    const stored = store(transport, channel, waiting.splice(0, 1_000));
    underWay = stored.catch(() => {});
    next = waiting.length > 0 ? send() : undefined;
    await stored;
  };
  return (/** @type {Message} */ message) => {
    waiting.push(frameOf(message));
    next ??= send();
    return next;
  };
}

/**
 * The transport alone, without what core does for a message (schemas, copies, the codec, readers): what is left is what the
 * raw client does, too.
 *
 * @param {string} name
 * @param {Open} open
 * @param {{ batch?: boolean }} [options] `batch`: what a tick publishes goes together.
 * @returns {Contestant}
 */
export const transportAlone = (name, open, { batch = false } = {}) => ({
  name,
  async open(id) {
    const ends = [await open(), await open()];
    const [from, to] = ends.map(({ transport }) => transport);
    let unsubscribe = () => {};
    return {
      publish: batch ? batching(from, id) : (message) => store(from, id, [frameOf(message)]),
      async subscribe(onMessage, onLoss) {
        const sink = {
          deliver: (/** @type {readonly import("halyard/transport").Delivery[]} */ all) => {
            for (const { frame } of all) onMessage(JSON.parse(frame.payload).data);
          },
          gap: (/** @type {import("halyard/transport").Gap} */ { reason }) => onLoss(`gap: ${reason}`),
          fail: (/** @type {Error} */ error) => onLoss(String(error)),
        };
        ({ unsubscribe } = await to.subscribe(id, {}, sink));
      },
      async stop() {
        unsubscribe();
        for (const { transport, stop } of ends) {
          await transport.close();
          await stop();
        }
      },
    };
  },
});
