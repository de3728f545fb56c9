/** The channel of the pages, for both ends. */
import { realtime, staticSchema } from "halyard";

export const room = realtime.channel({
  name: "room:{id}",
  topics: {
    tick: { schema: staticSchema<number>() },
    note: { schema: staticSchema<{ text: string }>() },
  },
});
