/**
 * Code in the shape of Inngest Realtime's newer documents: a channel by a function, publishing from a job, and subscribing
 * by channel, topics and a token that is fetched as text. Only the packages' names differ, and who publishes: `app`.
 */
import { type Realtime, realtime, staticSchema } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { z } from "zod";
import { exactly } from "../exactly.js";

export const pipelineChannel = realtime.channel({
  name: ({ runId }: { runId: string }) => `pipeline:${runId}`,
  topics: {
    status: { schema: z.object({ message: z.string(), step: z.string().optional() }) },
    tokens: { schema: staticSchema<{ token: string }>() },
  },
});
exactly<Realtime.Name<typeof pipelineChannel>, `pipeline:${string}`>();
exactly<Realtime.Params<typeof pipelineChannel>, { runId: string }>();

const app = createRealtime();

/** A job, with `publish` passed in, as a framework's context would. */
type Context = {
  readonly event: { readonly data: { readonly runId: string } };
  readonly publish: typeof app.publish;
  readonly step: { run<T>(id: string, work: () => Promise<T>): Promise<T> };
};
export const generate = async ({ event, publish, step }: Context) => {
  const ch = pipelineChannel({ runId: event.data.runId });
  await publish(ch.status, { message: "Under way" });
  await step.run("stream", async () => {
    for (const token of ["a", "b"]) await publish(ch.tokens, { token });
  });
  // What a durable step is there for: published once, however often the job is tried.
  await app.publish(ch.status, { message: "Ready", step: "last" }, { key: "last-status" });
  // @ts-expect-error Another topic's payload.
  await publish(ch.status, { token: "c" });
  // @ts-expect-error The definition isn't a channel.
  await publish(pipelineChannel.status, { message: "Lost" });
};

/** What a page subscribes with. */
export async function watch(runId: string) {
  const ch = pipelineChannel({ runId });
  const topics = ["status", "tokens"] as const;
  const subscription = await subscribe({
    channel: ch,
    topics,
    token: () => fetch(`/api/realtime-token?runId=${runId}`).then((response) => response.text()),
  });
  for await (const message of subscription) {
    if (message.topic === "status") exactly<typeof message.data.step, string | undefined>();
    else exactly<typeof message.data, { token: string }>();
  }
}
/** And a list of what came, as a page shows it. */
export const lines = (messages: readonly Realtime.Message<typeof pipelineChannel>[]) =>
  messages.map(({ topic, data }) => `[${topic}] ${JSON.stringify(data)}`);

/** The token's endpoint, as text or as JSON. */
export async function answer(runId: string): Promise<Response> {
  const token = await app.token({ channel: pipelineChannel({ runId }), topics: ["status", "tokens"] });
  exactly<typeof token, Realtime.Token<typeof pipelineChannel, ["status", "tokens"]>>();
  return runId ? Response.json(token) : new Response(token.key);
}

/** A subscription in the server's own process. */
export const inProcess = (runId: string) =>
  app.subscribe({
    channel: pipelineChannel({ runId }),
    topics: ["tokens"],
    onMessage: ({ data }) => exactly<typeof data, { token: string }>(),
  });
// @ts-expect-error A topic that isn't declared.
subscribe({ channel: pipelineChannel({ runId: "1" }), topics: ["stauts"], token: "…" });
