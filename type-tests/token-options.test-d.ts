import { type Realtime, realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { expectType } from "tsd";

const chat = realtime.channel({
  name: "chat:{room}",
  topics: {
    message: { schema: staticSchema<{ text: string }>() },
    typing: { schema: staticSchema<{ user: string }>() },
  },
});
const ch = chat({ room: "1" });
const app = createRealtime({
  secret: [{ id: "new", secret: "…" }, { secret: "…" }],
  wires: ["websocket", "sse"],
});

// What may be published says nothing of what is received.
expectType<Realtime.Token<typeof chat, ["message"]>>(
  await app.token({ channel: ch, topics: ["message"], publish: ["typing"] }),
);
expectType<Realtime.Token<typeof chat>>(await app.token({ channel: ch, publish: ["typing"] }));
await app.token({ channel: ch, topics: [], publish: ["typing"] });
await app.token({ channel: "chat:1", topics: ["message"], publish: ["typing"] });
// @ts-expect-error: no such topic
await app.token({ channel: ch, publish: ["shouting"] });

await app.revoke({ jti: "1" });
await app.revoke({ subject: "u1" });
await app.revoke({ token: await app.token({ channel: ch }) });
await app.revoke({ token: "eyJ…" });
// @ts-expect-error: one of them
await app.revoke({ jti: "1", subject: "u1" });
// @ts-expect-error: one of them
await app.revoke({});

await app.close({ drain: "10s" });
// @ts-expect-error: no duration
await app.close({ drain: "soon" });
// @ts-expect-error: no wire
createRealtime({ wires: ["carrier-pigeon"] });
// @ts-expect-error: a secret has a text
createRealtime({ secret: [{ id: "new" }] });
