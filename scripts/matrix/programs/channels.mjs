// @ts-check
import { realtime, registry } from "halyard";
import { z } from "zod";

export const runs = realtime.channel({
  name: "run:{id}",
  topics: { status: { schema: z.object({ text: z.string(), at: z.date().default(() => new Date(0)) }) } },
});
export const channels = registry({ runs });
