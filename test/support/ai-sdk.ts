/** The AI SDK, as far as its tests here go: its own declarations don't compile without `skipLibCheck`. */

/** One of its UI messages' chunks. */
export interface UiChunk {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Streamed {
  readonly textStream: ReadableStream<string> & AsyncIterable<string>;
  toUIMessageStream(): ReadableStream<UiChunk> & AsyncIterable<UiChunk>;
}

interface Sdk {
  streamText(options: { model: object; prompt: string; abortSignal?: AbortSignal }): Streamed;
  simulateReadableStream(options: { chunks: readonly object[]; chunkDelayInMs: number }): ReadableStream;
}

interface TestSdk {
  readonly MockLanguageModelV3: new (options: {
    doStream: () => Promise<{ stream: ReadableStream }>;
  }) => object;
}

const names: readonly [string, string] = ["ai", "ai/test"];
// Its declarations, left unread, say the same.
const { streamText, simulateReadableStream } = (await import(names[0])) as Sdk;
const { MockLanguageModelV3 } = (await import(names[1])) as TestSdk;

/** What `streamText` gives, of a model that says these words, one every so many milliseconds. */
export const sayAll = (words: readonly string[], chunkDelayInMs: number, abortSignal?: AbortSignal) =>
  streamText({
    model: new MockLanguageModelV3({
      doStream: async () => ({
        stream: simulateReadableStream({
          chunkDelayInMs,
          chunks: [
            { type: "text-start", id: "1" },
            ...words.map((delta) => ({ type: "text-delta", id: "1", delta })),
            { type: "text-end", id: "1" },
            {
              type: "finish",
              finishReason: { unified: "stop", raw: "stop" },
              usage: {
                inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
                outputTokens: { total: 1, text: 1, reasoning: 0 },
              },
            },
          ],
        }),
      }),
    }),
    prompt: "Say it.",
    ...(abortSignal && { abortSignal }),
  });
