/** What the server publishes and pages receive: the one declaration, imported by both. */
import { type Realtime, realtime } from "halyard";
import { streamOf } from "halyard/stream";
import { z } from "zod";

/** How an answer stands. */
export const stateSchema = z.enum(["thinking", "writing", "done", "stopped", "failed"]);
export type State = z.infer<typeof stateSchema>;

/** One chat. */
export const chat = realtime.channel({
  name: "chat:{chatId}",
  topics: {
    /** Somebody asked. */
    question: { schema: z.object({ turn: z.string(), text: z.string(), askedAt: z.date() }) },
    /** The answer, token by token: a stream that has the turn's id. */
    answer: { schema: streamOf(z.string()) },
    /** What becomes of the answer. */
    status: { schema: z.object({ turn: z.string(), state: stateSchema }) },
    /** Whoever writes the answer should stop. Between servers: no page gets a token for it. */
    stop: { schema: z.object({ turn: z.string() }) },
  },
});

/** What a page that shows a chat receives. */
export const shown = ["question", "answer", "status"] as const;
export type ChatToken = Realtime.Token<typeof chat, typeof shown>;
export type ChatMessage = Realtime.Message<typeof chat, typeof shown>;

/** All chats of one user, for the list beside them. */
export const shelf = realtime.channel({
  name: "shelf:{userId}",
  topics: {
    /** A chat began, or its latest answer stands otherwise. */
    chat: { schema: z.object({ chatId: z.string(), title: z.string(), state: stateSchema }) },
  },
});
