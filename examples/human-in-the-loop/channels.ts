/** What the agent tells the crew, and what they answer. Both ends import this file: it is the one declaration. */
import { realtime } from "halyard";
import { z } from "zod";

/** Who may come on board. */
export const crew = ["skipper", "mate", "navigator"] as const;
export type Person = (typeof crew)[number];

const choice = z.object({ id: z.string(), label: z.string(), hint: z.string() });

/** The passage that is planned: the agent speaks, everybody listens. */
export const passage = realtime.channel({
  name: "passage",
  topics: {
    begun: { schema: z.object({ from: z.string(), to: z.string() }) },
    /** Something it has done by itself. */
    work: { schema: z.object({ text: z.string() }) },
    /** Something that it doesn't decide by itself, unless nobody says anything until then. */
    question: {
      schema: z.object({
        id: z.string(),
        text: z.string(),
        choices: z.array(choice).min(2),
        fallback: z.string(),
        until: z.date(),
      }),
    },
    /** What holds. `by` is missing where the time ran out. */
    settled: {
      schema: z.object({ question: z.string(), answer: z.string(), by: z.enum(crew).optional() }),
    },
    finished: { schema: z.object({ plan: z.array(z.string()) }) },
  },
});

/**
 * What one person answers: `reply({ person: "mate" })`. The channel's name says who speaks, and a token lets nobody publish to
 * another's; a name in the payload would be what its sender claims.
 */
export const reply = realtime.channel({
  name: "reply:{person}",
  topics: {
    /** The gateway parses it by this schema, before the agent sees anything of it. */
    answer: {
      schema: z
        .object({
          question: z.string(),
          choice: z.string().optional(),
          note: z.string().trim().max(140, "Keep it within 140 characters.").optional(),
        })
        .refine(({ choice, note }) => choice || note, {
          path: ["choice"],
          message: "Choose one, or write below what to do instead.",
        }),
    },
  },
});

export type Question = (typeof passage)["$infer"]["question"];
export type Settled = (typeof passage)["$infer"]["settled"];
export type Answer = (typeof reply)["$infer"]["answer"];
