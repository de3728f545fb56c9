/** Reading the JSON body of a request, no further than its limit. */
import { Refusal } from "./answers.js";

/**
 * The members of the body's object. Throws a {@link Refusal}: `INVALID_REQUEST` where it isn't JSON, or is none by its
 * content type; `FRAME_TOO_LARGE` where it has more than `maxBytes`.
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
  let text = "";
  let bytes = 0;
  // The length that was announced may be wrong, or missing.
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      // The client broke off: that is no error of the server's.
      throw new Refusal("INVALID_REQUEST", "The body ended early.");
    });
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    // The rest is left alone, not cancelled: on Node that would cut the line that the answer has to take.
    if (bytes > maxBytes) throw tooLarge();
    text += decoder.decode(value, { stream: true });
  }
}

/** Whether a value is an array of strings. */
export const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
