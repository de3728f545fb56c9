/** Every form of a name, and of what one exports of a channel. */
import { type Realtime, realtime, registry, staticSchema } from "halyard";
import { streamOf } from "halyard/stream";
import * as v from "valibot";
import { z } from "zod";

export interface Status {
  message: string;
  step?: string;
}

export const news = realtime.channel({
  name: "news",
  topics: {
    text: { schema: z.object({ text: z.string(), by: z.string().optional() }) },
    at: {
      schema: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
      ),
    },
  },
});

export const pipeline = realtime.channel({
  name: "pipeline:{runId}",
  topics: {
    status: { schema: staticSchema<Status>() },
    tokens: { schema: z.object({ token: z.string(), n: z.number().default(0) }) },
  },
});

export const run = realtime.channel({
  name: ({ id, step }: { id: string; step: number }) => `run:${id}:${step}`,
  topics: { done: { schema: z.null() } },
});

export const page = realtime.channel({
  name: "page:{site}:{n}",
  params: z.object({ site: z.string(), n: z.coerce.number() }),
  topics: { text: { schema: z.string() } },
});

/** A helper of one's own. */
export function roomOf<Item>(kind: string) {
  return realtime.channel({ name: `${kind}:{room}`, topics: { item: { schema: staticSchema<Item>() } } });
}
export const chat = roomOf<{ text: string }>("chat");
export const lobby = chat({ room: "lobby" });

export const channels = registry({ news, pipeline, page });
export const status = pipeline({ runId: "1" }).status;
export const found = channels.match("pipeline:1");
export const topics = pipeline.topics;
export const params = page.parse("page:home:1");
export const byName = channels.channel("pipeline:42");

export type PipelineToken = Realtime.Token<typeof pipeline, ["status"]>;
export type PipelineMessage = Realtime.Message<typeof pipeline>;
export type Notice = Realtime.Input<typeof news, "text">;
export type AnyName = Realtime.Registry.Name<typeof channels>;
export type PageMessage = Realtime.Registry.Message<typeof channels, "page:home:1">;
export type Wired = Realtime.Wire<typeof news, "at">;
export function isDone(message: PipelineMessage) {
  return message.topic === "status" && message.data.step === "done";
}
/** What a workspace hands on. */
export const { channel } = realtime;

export const answers = realtime.channel({
  name: "answers:{id}",
  topics: { answer: { schema: streamOf(z.string()) }, steps: { schema: streamOf(staticSchema<Status>()) } },
});
