// @ts-check
/** Every entry by `require`, then a message through the memory transport. */
const assert = require("node:assert/strict");
const { realtime, staticSchema } = require("halyard");
const { createRealtime } = require("halyard/server");

const { exports: entries } = require("halyard/package.json");
// These need an optional peer.
const needPeer = ["./react", "./codegen/vite"];
const names = Object.keys(entries).filter((entry) => !needPeer.includes(entry));
for (const entry of names) require(`halyard${entry.slice(1)}`);

async function main() {
  const runs = realtime.channel({ name: "run:{id}", topics: { status: { schema: staticSchema() } } });
  const channel = runs({ id: "42" });
  const app = createRealtime({ secret: "for the matrix alone, 32 characters" });
  const got = new Promise((resolve) => {
    app
      .subscribe({ channel, onMessage: ({ data }) => resolve(data) })
      .then(() => app.publish(channel.status, { text: "one" }));
  });
  assert.deepEqual(await got, { text: "one" });
  assert.equal((await app.token({ channel })).key.split(".").length, 3);
  await app.close();
  console.log(`${names.length} entries required`);
}
main();
