// @ts-check
/** What a message takes at the broker, for as long as it is kept: published one by one, and in bursts. */
import { createRealtime } from "halyard/server";
import { PAYLOAD } from "./contestant.mjs";
import { benchChannel } from "./halyard.mjs";
import { table, whole } from "./table.mjs";

/**
 * @param {import("./contestant.mjs").Engine} engine
 * @param {{ short: boolean }} options
 */
export async function history({ name, transport: open, stored }, { short }) {
  if (!open || !stored) return;
  const messages = short ? 1_000 : 8_000;
  const { transport, stop } = await open();
  const app = createRealtime({ transport, secret: "a secret of at least thirty-two characters" });
  const rows = [];
  let size = 0;
  for (const burst of [1, 250]) {
    const channel = benchChannel({ id: `kept-${burst}` });
    // The first message makes what every channel has.
    await app.publish(channel.line, { seq: 0, text: PAYLOAD });
    const before = await stored();
    for (let i = 0; i < messages; i += burst) {
      const tick = Array.from({ length: burst }, (_, k) => ({ seq: i + k, text: PAYLOAD }));
      await Promise.all(tick.map((message) => app.publish(channel.line, message)));
    }
    rows.push([`bursts of ${burst}`, whole(((await stored()) - before) / messages)]);
    const { messages: kept } = await app.history({ channel, limit: 1 });
    size = JSON.stringify({ topic: "line", data: kept[0]?.data, createdAt: Date.now() }).length;
  }
  table(`${name}: a message kept, whose payload has ${size} bytes`, rows, ["bytes/message"]);
  await app.close();
  await stop();
}
