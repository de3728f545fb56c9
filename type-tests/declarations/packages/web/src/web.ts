/** What a browser's package does with channels: it knows their types, and no validator. */
import { type Notice, type PipelineToken, page, pipeline } from "@example/channels/channels.js";
import type { Realtime } from "halyard";
import { createClient, subscribe } from "halyard/client";

export const client = createClient();
export const open = (token: PipelineToken) => subscribe({ token, topics: ["status"] });
export function watch(runId: string, token: string) {
  return subscribe({ token, channel: pipeline({ runId }), topics: ["status", "tokens"] });
}
export async function show(token: PipelineToken): Promise<string[]> {
  const lines: string[] = [];
  for await (const message of await open(token)) {
    const { data }: { data: { message: string; step?: string } } = message;
    // @ts-expect-error `step` may be absent.
    const step: string = data.step;
    lines.push(data.message, step);
  }
  return lines;
}
export async function count(runId: string): Promise<number> {
  let sum = 0;
  for await (const message of await watch(runId, "…")) {
    // The schema's output: its default is filled in.
    if (message.topic === "tokens") sum += message.data.n;
    // @ts-expect-error Another topic's payload.
    else sum += message.data.n;
  }
  return sum;
}
/** One function for each topic. */
export function listen(runId: string, onText: (text: string) => void) {
  return subscribe({
    token: "…",
    channel: pipeline({ runId }),
    onMessage: {
      status: ({ data }) => onText(data.message),
      tokens: ({ data }) => onText(data.token.repeat(data.n)),
    },
  });
}
export const nextPage = page({ site: "home", n: page.parse("page:home:1").n + 1 }).text;
// @ts-expect-error The param is a number.
page({ site: "home", n: "1" });
export const notice: Notice = { text: "Hello" };
export type At = Realtime.Output<typeof import("@example/channels/channels.js").news, "at">;
export const year = (at: At): number => at.getFullYear();
