/** What the handler's tests share: channels, an app, requests, and a reader of event streams. */
import { expect, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { type MemoryTransport, memory } from "../../../transports/memory/index.js";
import { realtime } from "../../realtime.js";
import { registry } from "../../registry.js";
import { staticSchema } from "../../schema.js";
import { createRealtime } from "../app.js";
import { type AuthorizeRequest, createHandler, type HandlerOptions } from "../handler.js";

export const SECRET = "a secret of at least thirty-two characters";
export const job = realtime.channel({
  name: "job:{id}",
  topics: {
    step: { schema: staticSchema<number>() },
    log: { schema: staticSchema<string>() },
    note: { schema: z.object({ text: z.string().min(1), at: z.date().optional() }) },
  },
});
export const channels = registry({
  job,
  news: realtime.channel({ name: "news", topics: { item: { schema: staticSchema<string>() } } }),
});
export type Entries = (typeof channels)["channels"];
export type Asked = AuthorizeRequest<Entries>;
export const ch = job({ id: "7" });

/** An app and its handler; both end with the test. */
export function setUp(options: HandlerOptions<Entries> = {}, transport: MemoryTransport = memory()) {
  const onError = vi.fn();
  const app = createRealtime({ transport, secret: SECRET, onError });
  onTestFinished(() => app.close());
  const handler = createHandler(app, options);
  /** Publishes to topics of `ch`. */
  const tokenFor = async (publish: ("step" | "log" | "note")[] = [], subject?: string) =>
    (await app.token({ channel: ch, publish, subject })).key;
  return { app, handler, onError, transport, tokenFor };
}

export const URL_OF_GATEWAY = "https://app.example.com/api/realtime";

/** A request with a JSON body; `body` is taken as it is where it is text. */
export const post = (
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  more: RequestInit = {},
) =>
  new Request(`${URL_OF_GATEWAY}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...more,
  });

/** A request for subscriptions. */
export const streamOf = (subscriptions: unknown, more: RequestInit = {}) =>
  post("", { versions: ["halyard.v1"], subscriptions }, {}, more);

/** Expects an answer that refuses. Gives its message. */
export async function expectRefusal(response: Response, status: number, code: string): Promise<string> {
  const { error } = await response.json();
  expect([response.status, error?.code]).toEqual([status, code]);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return error.message;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at frames of any type.
export type Frame = Record<string, any>;

/** Reads frames off a response, one chunk at a time. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #frames: Frame[] = [];
  #rest = "";

  constructor(response: Response) {
    if (!response.body) throw new Error("The response has no body.");
    this.#reader = response.body.getReader();
  }

  /** The frames of the next chunk; `undefined` at the end. */
  async chunk(): Promise<Frame[] | undefined> {
    const { done, value } = await this.#reader.read();
    if (done) {
      expect(this.#rest).toBe("");
      return undefined;
    }
    const events = (this.#rest + this.#decoder.decode(value, { stream: true })).split("\n\n");
    this.#rest = events.pop() ?? "";
    return events.map((event) => {
      expect(event).toMatch(/^data: .*$/);
      return JSON.parse(event.slice(6));
    });
  }

  /** The next frame; `undefined` at the end. */
  async frame(): Promise<Frame | undefined> {
    while (this.#frames.length === 0) {
      const frames = await this.chunk();
      if (!frames) return undefined;
      this.#frames = frames;
    }
    return this.#frames.shift();
  }

  /** The next frame of a type. What comes before it is skipped. */
  async next(type: string): Promise<Frame> {
    for (let frame = await this.frame(); frame; frame = await this.frame())
      if (frame.type === type) return frame;
    throw new Error(`The stream ended before a frame of type "${type}".`);
  }

  /** The payloads of so many messages. */
  async data(count: number): Promise<unknown[]> {
    const got: unknown[] = [];
    while (got.length < count) {
      const { messages } = await this.next("messages");
      for (const [, payload] of messages) got.push(payload.data);
    }
    return got;
  }

  /** Everything until it ends. */
  async rest(): Promise<Frame[]> {
    const all: Frame[] = [];
    for (let frame = await this.frame(); frame; frame = await this.frame()) all.push(frame);
    return all;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
