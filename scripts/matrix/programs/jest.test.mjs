// @ts-check
/** What docs/runtimes.md shows, under Jest with native ES modules. */
import { createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";
import { runs } from "./channels.mjs";

// @ts-expect-error Jest's own types aren't installed here.
test("a published message is received, in the type that the schema gave it", async () => {
  const app = createRealtime({ transport: memory(), secret: "for the tests alone, 32 characters" });
  const channel = runs({ id: "42" });
  const messages = await app.subscribe({ channel });
  await app.publish(channel.status, { text: "one" });
  for await (const message of messages) {
    // @ts-expect-error As above.
    expect(message).toMatchObject({ topic: "status", data: { text: "one", at: new Date(0) } });
    break;
  }
  await app.close();
});
