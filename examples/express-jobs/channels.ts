/** What workers tell pages. Both import this file: it is the one declaration. */
import { realtime } from "halyard";
import * as z from "zod";

/** Where a tide table can be made for. */
export const harbours = ["Brest", "Cuxhaven", "Dover", "Kiel", "Lisbon", "Saint-Malo"] as const;

/** What happens to the worker that has the job first: it is a demonstration of that. */
export const troubles = ["none", "halfway", "end"] as const;

/** What somebody orders. */
export const orderSchema = z.object({
  harbour: z.enum(harbours),
  year: z.int().min(1900).max(2100),
  trouble: z.enum(troubles).default("none"),
});
export type Order = z.output<typeof orderSchema>;

const jobSchema = orderSchema.extend({
  jobId: z.string(),
  /** Where its channel begins: who subscribes from there sees how it went until now. */
  from: z.string(),
});
export type Job = z.output<typeof jobSchema>;

/** What one user has ordered: `desk({ user: "ada" })`. */
export const desk = realtime.channel({
  name: "desk:{user}",
  topics: {
    /** A job was added, in whichever tab. */
    added: { schema: jobSchema },
  },
});

const tide = z.object({ metres: z.number(), at: z.date() });

/** One job: `job({ jobId })`. */
export const job = realtime.channel({
  name: "job:{jobId}",
  topics: {
    /** One more week is computed. */
    progress: {
      schema: z.object({
        /** Which try it is: 1, or more where a worker was lost. */
        attempt: z.int().positive(),
        week: z.int().positive(),
        percent: z.number().min(0).max(100),
        /** What it is at: a month. */
        step: z.string(),
        /** Seconds that are left. */
        eta: z.number().nonnegative(),
        /** That week's lowest and highest water, in metres. */
        low: z.number(),
        high: z.number(),
      }),
    },
    log: { schema: z.object({ line: z.string() }) },
    /** The last word on a job, published under a key: once, however often the job is tried. */
    finished: {
      schema: z.discriminatedUnion("outcome", [
        z.object({ outcome: z.literal("done"), tides: z.int(), highest: tide, lowest: tide }),
        z.object({ outcome: z.literal("failed"), reason: z.string() }),
      ]),
    },
  },
});

/** All workers together. */
export const workshop = realtime.channel({
  name: "workshop",
  topics: {
    load: { schema: z.object({ waiting: z.int(), running: z.int() }) },
  },
});
