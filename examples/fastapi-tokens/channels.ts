/** What Python publishes and the page receives: the one declaration. The gateway parses by it whatever comes. */
import { realtime } from "halyard";
import { z } from "zod";

const extreme = z.object({ metres: z.number(), at: z.date() });

/** A tide table that is being computed, of one account: `tide({ account: "pilots", table: "3f2a" })`. */
export const tide = realtime.channel({
  name: "tide:{account}:{table}",
  topics: {
    /** The water's heights, one every ten minutes; `from` is the number of the first. */
    heights: { schema: z.object({ from: z.int().nonnegative(), metres: z.array(z.number()).min(1) }) },
    /** How much of the table there is, from 0 to 1. */
    progress: { schema: z.object({ part: z.number().min(0).max(1) }) },
    /** The table is complete. */
    done: { schema: z.object({ highest: extreme, lowest: extreme }) },
  },
});
