/** What a server exports: the app, its handler, and helpers of its own. */
import { channels, type PipelineToken, pipeline } from "@example/channels/channels.js";
import type { Realtime } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";

export const app = createRealtime();
export const replaying = createRealtime({ transport: memory() });
export const handler = createHandler(app, {
  channels,
  authorize: ({ entry, params }) => {
    if (entry === "pipeline") return { subject: params.runId };
    // The params' schema makes it a number.
    return entry === "page" ? params.n > 0 && params.site === "home" : true;
  },
});

export function notify(ref: Realtime.TopicRef<Realtime.Input<typeof pipeline, "tokens">>, token: string) {
  return app.publish(ref, { token });
}
export async function complete(runId: string) {
  const ch = pipeline({ runId });
  await notify(ch.tokens, "done");
  // @ts-expect-error Another topic's payload.
  await notify(ch.status, "done");
  return app.publish(ch.status, { message: "Done" }, { key: "done" });
}
export function tokenFor(runId: string): Promise<PipelineToken> {
  return app.token({ channel: pipeline({ runId }), topics: ["status"] });
}
export const tokenOf = (runId: string) => app.token({ channel: pipeline({ runId }), topics: ["status"] });
export const statusOf = (runId: string) =>
  app.subscribe({ channel: pipeline({ runId }), topics: ["status"] });
export const pastOf = (runId: string) => app.history({ channel: pipeline({ runId }), limit: 10 });
/** Methods passed on, by themselves. */
export const { publish, publishMany, token, history, subscribe } = app;
