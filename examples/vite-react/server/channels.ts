/** What the server sends. The page doesn't import this file: it has bindings that `halyard generate` made of it. */
import { realtime } from "halyard";
import { z } from "zod";

/** A harbour's mast, on which anybody hoists flags for all to see: `mast({ harbour: "kiel" })`. */
export const mast = realtime.channel({
  name: "mast:{harbour}",
  topics: {
    /** A flag went up. */
    hoisted: {
      schema: z.object({
        /** Letters of the International Code of Signals. */
        flag: z.enum(["C", "D", "H", "K", "N", "O", "U", "W"]),
        by: z.string().trim().min(1).max(24),
        at: z.date().default(() => new Date()),
      }),
    },
    /** What the wind does, every second. */
    wind: {
      schema: z.object({
        knots: z.number().nonnegative(),
        /** Where it comes from, in degrees. */
        from: z.number().min(0).lt(360),
      }),
    },
  },
});
