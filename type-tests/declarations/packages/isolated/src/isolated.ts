/** With `isolatedDeclarations` an export says its type: an interface of topics, and what kind of channel it is. */
import { type Channel, type ChannelDef, type PatternDef, type Realtime, realtime, type Topic } from "halyard";
import { z } from "zod";

export interface PipelineTopics {
  readonly status: Topic<{ message: string; n?: number | undefined }, { message: string; n: number }>;
  readonly at: Topic<string, Date>;
}
const topics = {
  status: { schema: z.object({ message: z.string(), n: z.number().default(0) }) },
  at: { schema: z.string().transform((text) => new Date(text)) },
};
export const news: Channel<"news", PipelineTopics> = realtime.channel({ name: "news", topics });
export const pipeline: PatternDef<"pipeline:{runId}", PipelineTopics> = realtime.channel({
  name: "pipeline:{runId}",
  topics,
});
export const page: PatternDef<"page:{n}", PipelineTopics, { n: number }> = realtime.channel({
  name: "page:{n}",
  params: z.object({ n: z.coerce.number() }),
  topics,
});
export const run: ChannelDef<`run:${string}`, [{ id: string }], PipelineTopics> = realtime.channel({
  name: ({ id }: { id: string }) => `run:${id}`,
  topics,
});
export type PipelineToken = Realtime.Token<typeof pipeline, ["status"]>;
