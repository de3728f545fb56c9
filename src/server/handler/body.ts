/** Reading the JSON body of a request, no further than its limit. */
import { Refusal } from "./answers.js";

/**
 * How long a body may take to arrive, in milliseconds. It is held meanwhile, for whoever sends it: nobody's token was
 * seen yet. 1 MiB comes in that time on a line of 0.5 Mbit/s.
 */
const READ = 20_000;

/**
 * The members of the body's object. Throws a {@link Refusal}: `INVALID_REQUEST` where it isn't JSON, or is none by its
 * content type, or hasn't come whole in 20 seconds (408); `FRAME_TOO_LARGE` where it has more than `maxBytes`.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  // A form of another site can't send this type without asking first (CORS preflight).
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw new Refusal("INVALID_REQUEST", "Send the body as application/json.");
  }
  const text = await readText(request, maxBytes);
  try {
    // What is no object has no members, and each endpoint says which it misses.
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new Refusal("INVALID_REQUEST", "The body isn't JSON.");
  }
}

async function readText({ body, headers }: Request, maxBytes: number): Promise<string> {
  const tooLarge = () => new Refusal("FRAME_TOO_LARGE", `The body has more than ${maxBytes} bytes.`);
  if (Number(headers.get("content-length")) > maxBytes) throw tooLarge();
  if (!body) return "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const refusal = new Refusal("INVALID_REQUEST", "The body took too long to arrive.", { status: 408 });
    timer = setTimeout(() => reject(refusal), READ);
  });
  let text = "";
  let bytes = 0;
  try {
    // The length that was announced may be wrong, or missing.
    for (;;) {
      const chunk = reader.read().catch(() => {
        // The client broke off: that is no error of the server's.
        throw new Refusal("INVALID_REQUEST", "The body ended early.");
      });
      // Where it gives up, the rest is left alone, not cancelled: on Node that would cut the line that the answer takes.
      const { done, value } = await Promise.race([chunk, late]);
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a value is an array of strings. */
export const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
