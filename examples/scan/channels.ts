/** What the demo sends. The server publishes with these; the page has bindings that `halyard generate` made of them. */
import { realtime } from "halyard";
import { z } from "zod";

const count = z.number().int().nonnegative();

/** One scan of a folder: `scan({ scanId: "7" })`. */
export const scan = realtime.channel({
  name: "scan:{scanId}",
  topics: {
    /** How far it is, ten times a second. */
    progress: {
      schema: z.object({
        phase: z.enum(["counting", "hashing"]),
        files: count,
        bytes: count,
        /** Files that were found; 0 while they are counted. */
        total: count,
        unreadable: count,
      }),
    },
    /** One file. Every file is published, in the order of the walk. */
    file: {
      schema: z.object({
        /** 1 for the scan's first file, and one more for each: whoever receives them sees that none is missing. */
        seq: z.number().int().positive(),
        path: z.string(),
        bytes: count,
        modifiedAt: z.date(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    },
    /** The last message. It holds what JSON can't: dates, a bigint, a map. */
    done: {
      schema: z.object({
        files: count,
        bytes: z.bigint(),
        unreadable: count,
        startedAt: z.date(),
        finishedAt: z.date(),
        /** Bytes by file ending, the largest first. */
        endings: z.map(z.string(), z.bigint()),
      }),
    },
  },
});

/** Which scans there are. */
export const scans = realtime.channel({
  name: "scans",
  topics: {
    started: {
      schema: z.object({
        scanId: z.string(),
        folder: z.string(),
        /** The scan's first message. Who subscribes after it gets all that follows, however late. */
        from: z.string(),
      }),
    },
  },
});
