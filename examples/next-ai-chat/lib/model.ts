/** The model. This one needs no network and no key: it knows a little of knots and sails, and writes at a human pace. */
import type { LanguageModel } from "ai";
import { lookUp } from "./lore";

type Model = Extract<LanguageModel, { readonly specificationVersion: "v3" }>;
type Call = Parameters<Model["doStream"]>[0];
type Part = Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer P> ? P : never;

/** Milliseconds for a word. */
const PACE = Number(process.env.BOSUN_PACE ?? 45);

// A real one instead, with `npm install @ai-sdk/anthropic`: export const model = anthropic("claude-sonnet-4-5");
export const model: Model = {
  specificationVersion: "v3",
  provider: "bosun",
  modelId: "bosun-1",
  supportedUrls: {},
  doGenerate: () => Promise.reject(new Error("The bosun tells as he thinks: use streamText.")),
  doStream: async ({ prompt, abortSignal }) => ({
    stream: streamOfParts(write(lookUp(questionIn(prompt)), abortSignal)),
  }),
};

/** The parts of an answer, as a provider of the AI SDK gives them. */
async function* write(answer: string, signal: AbortSignal | undefined): AsyncGenerator<Part> {
  yield { type: "stream-start", warnings: [] };
  yield { type: "text-start", id: "answer" };
  await pause(PACE * 20, signal);
  let words = 0;
  for (const [word] of answer.matchAll(/\s*\S+/g)) {
    yield { type: "text-delta", id: "answer", delta: word };
    words++;
    await pause(/[.:]$/.test(word) ? PACE * 5 : PACE, signal);
  }
  yield { type: "text-end", id: "answer" };
  yield {
    type: "finish",
    finishReason: { unified: "stop", raw: undefined },
    usage: {
      inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: words, text: words, reasoning: undefined },
    },
  };
}

/** The last thing that the user said. */
function questionIn(prompt: Call["prompt"]): string {
  const asked = prompt.findLast(({ role }) => role === "user");
  if (asked?.role !== "user") return "";
  return asked.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
}

/** A stream that is pulled: nobody writes ahead of who reads. */
function streamOfParts(parts: AsyncGenerator<Part>): ReadableStream<Part> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await parts.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: async () => void (await parts.return(undefined)),
  });
}

/** Rejects with the signal's reason, as soon as there is one. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
