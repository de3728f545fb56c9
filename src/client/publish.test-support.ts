/** What the tests of `publish` share: a channel, and a `fetch` whose requests they answer. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import { z } from "zod";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";

export const chat = realtime.channel({
  name: "chat:{room}",
  topics: {
    said: { schema: z.object({ text: z.string(), at: z.coerce.date().optional() }) },
    typing: { schema: staticSchema<string>() },
  },
});
export const room = chat({ room: "7" });
export const url = "https://host/api/realtime";
export const token = { channel: "chat:7", key: "k1" } as const;

export interface Sent {
  readonly address: string;
  readonly init: RequestInit;
  readonly body: { token: string; channel: string; messages: Record<string, unknown>[] };
  answer(status: number, body: unknown): Promise<void>;
  /** Answers each message with an id: its place among all. */
  ok(): Promise<void>;
  fail(error: Error): Promise<void>;
}
export let sent: Sent[] = [];
let published = 0;

export const fetch = ((address: string, init: RequestInit) =>
  new Promise<Response>((resolve, reject) => {
    init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    const body = JSON.parse(String(init.body));
    const settle = async (then: () => void) => {
      then();
      await turn();
    };
    const answer = (status: number, given: unknown) =>
      settle(() => {
        const text = typeof given === "string" ? given : JSON.stringify(given);
        resolve(new Response(text, { status }));
      });
    sent.push({
      address,
      init,
      body,
      answer,
      ok: () => answer(200, { results: body.messages.map(() => ({ id: `e.${++published}` })) }),
      fail: (error) => settle(() => reject(error)),
    });
  })) as typeof globalThis.fetch;

export const options = { token, url, fetch };
export const turn = () => vi.advanceTimersByTimeAsync(0);
export const last = () => sent.at(-1) as Sent;
/** How it ended: with a code, or another reason. */
export const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "published",
    (error) => error.code ?? error,
  );

/** Each test starts without requests; after each, nothing may be left. */
export function useRequests(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    published = 0;
  });
  afterEach(async () => {
    for (const one of sent) await one.fail(new Error("The test is over."));
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
}
