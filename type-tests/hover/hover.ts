/** What an editor shows of what stands behind each mark. `scripts/check-hover.mjs` compares it with expected.txt. */
import { type Realtime, realtime, registry, staticSchema } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { z } from "zod";

const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: z.object({ message: z.string(), step: z.string().optional() }) },
    at: { schema: z.string().transform((text) => new Date(text)) },
    tokens: { schema: staticSchema<{ token: string }>() },
  },
});
/*?*/ pipeline;
const /*?*/ ch = pipeline({ runId: "42" });
ch./*?*/ name;
ch./*?*/ at;
pipeline./*?*/ parse("pipeline:42");

type /*?*/ Token = Realtime.Token<typeof pipeline, ["status"]>;
type /*?*/ Message = Realtime.Message<typeof pipeline>;
type /*?*/ Input = Realtime.Input<typeof pipeline, "at">;
type /*?*/ Wire = Realtime.Wire<typeof pipeline, "status">;
type /*?*/ Params = Realtime.Params<typeof pipeline>;

export type { Input, Message, Params, Token, Wire };

const app = createRealtime();
const /*?*/ token = await app.token({ channel: ch, topics: ["status"] });
app./*?*/ publish(ch.status, { message: "Hello" });
app./*?*/ token({ channel: ch, topics: ["status"] });

export const /*?*/ subscription = await /*?*/ subscribe({ token, channel: ch, topics: ["status"] });
for await (const /*?*/ m of await subscribe({ token: "…", channel: ch })) {
  /*?*/ m;
  if (m.topic === "status") m./*?*/ data;
  else if (m.topic === "at") m./*?*/ data;
  else m.data./*?*/ token;
}

const /*?*/ channels = registry({ pipeline });
channels.channel("pipeline:42")./*?*/ tokens;
