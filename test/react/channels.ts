/** The channel of the pages, for both ends. */
import { type Realtime, realtime, staticSchema } from "halyard";
import { streamOf } from "halyard/stream";

export const room = realtime.channel({
  name: "room:{id}",
  topics: {
    tick: { schema: staticSchema<number>() },
    answer: { schema: streamOf(staticSchema<string>()) },
    note: { schema: staticSchema<{ text: string }>() },
  },
});

/** A message that pages begin with. */
export type Message = Realtime.Message<typeof room, ["tick"]>;
