// @ts-check
/** The same as `jest.test.mjs`, by `require`. */
const { realtime, staticSchema } = require("halyard");
const { createRealtime } = require("halyard/server");
const { memory } = require("halyard/transports/memory");

// @ts-expect-error Jest's own types aren't installed here.
test("a published message is received", async () => {
  const app = createRealtime({ transport: memory(), secret: "for the tests alone, 32 characters" });
  const runs = realtime.channel({ name: "run:{id}", topics: { status: { schema: staticSchema() } } });
  const channel = runs({ id: "42" });
  const messages = await app.subscribe({ channel });
  await app.publish(channel.status, { text: "one" });
  for await (const message of messages) {
    // @ts-expect-error As above.
    expect(message).toMatchObject({ topic: "status", data: { text: "one" } });
    break;
  }
  await app.close();
});
