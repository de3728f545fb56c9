/** `foldStream`: what a page shows of a stream, made of its parts one by one. */
import { chunksOf, failureOf, HEARTBEAT, missing, PATIENCE } from "./ending.js";
import type { StreamPart, StreamState } from "./types.js";

/** A state, and what it takes to fold the next part. */
interface Folded<T> extends Omit<StreamState<T>, "chunks"> {
  readonly run: string | undefined;
  /** Shared by the states of a stream: the latest adds to it, and each has the first `count` of it. */
  readonly buffer: T[];
  /** The chunks as an array, once somebody asked; shared by states of the same chunks. */
  readonly list: { made?: readonly T[] };
}

/** Kept beside the states, so that one compares, logs and serializes as what it shows. */
const folds = new WeakMap<object, Folded<unknown>>();

/**
 * What a stream amounts to after one more of its parts; start with `undefined`. It follows the stream that began last, and
 * gives the same state where a part changes nothing: of another stream, or after the end. A chunk that comes twice
 * counts once. Where parts are missing, also its beginning, the state is an error: `STREAM_INCOMPLETE`. `now` is when the part
 * came, for {@link isAbandoned}.
 *
 * It changes no state, and may fold onto one again. It costs what the part costs, however long the stream is.
 *
 * @example
 * ```ts
 * let answer: StreamState<string> | undefined;
 * for await (const message of subscription) {
 *   if (message.topic !== "answer") continue;
 *   answer = foldStream(answer, message.data);
 *   show(answer.text, answer.status);
 * }
 * ```
 */
export function foldStream<T>(
  state: StreamState<T> | undefined,
  part: StreamPart<T>,
  now: number = Date.now(),
): StreamState<T> {
  const { type, stream } = part;
  const before = state && foldOf(state);
  if (type === "begin") {
    return state && before?.stream === stream && before.run === part.run
      ? state
      : stateOf(begun<T>(stream, now, part.heartbeat, part.run));
  }
  // Where nothing came before, only its place says whether there was something.
  const from = before ?? begun<T>(stream, now);
  if (state && (from.stream !== stream || from.status !== "streaming")) return state;
  const { count, error = type === "error" ? failureOf(part) : undefined } = from;
  if (error) return stateOf({ ...from, at: now, status: "error", error });
  if (part.index > count) {
    return stateOf({ ...from, at: now, status: "error", error: missing(stream, count, part.index) });
  }
  if (type === "end") return stateOf({ ...from, at: now, status: "done" });
  const fresh = chunksOf(part).slice(count - part.index);
  if (!fresh.length) return stateOf({ ...from, at: now });
  // Folded onto for the second time, a state finds what was added to it before.
  const buffer = from.buffer.length === count ? from.buffer : from.buffer.slice(0, count);
  for (const chunk of fresh) buffer.push(chunk);
  const text = from.text + fresh.filter((chunk) => typeof chunk === "string").join("");
  return stateOf({ ...from, at: now, buffer, text, count: buffer.length, list: {} });
}

/**
 * Whether a stream that seems to be under way has been silent for three heartbeats: its publisher is gone, or the line
 * to it. Ask again as time passes.
 *
 * @example
 * ```ts
 * const timer = setInterval(() => isAbandoned(answer) && offerToRetry(), 1_000);
 * ```
 */
export const isAbandoned = (
  state: Pick<StreamState<unknown>, "status" | "at" | "heartbeat">,
  now: number = Date.now(),
): boolean => state.status === "streaming" && now - state.at > PATIENCE * state.heartbeat;

const begun = <T>(stream: string, at: number, heartbeat = HEARTBEAT, run?: string): Folded<T> => ({
  ...{ stream, at, heartbeat, run, buffer: [], list: {} },
  ...{ status: "streaming", text: "", count: 0, error: undefined },
});

/** One that was made elsewhere, such as by a server that rendered the page, has all that it shows. */
const foldOf = <T>(state: StreamState<T>): Folded<T> =>
  // What is kept for a state is of its chunks' type.
  (folds.get(state) as Folded<T> | undefined) ?? {
    ...state,
    ...{ run: undefined, buffer: [...state.chunks], list: {} },
  };

function stateOf<T>(fold: Folded<T>): StreamState<T> {
  const { stream, status, text, count, error, heartbeat, at, buffer, list } = fold;
  const state = Object.freeze({
    ...{ stream, status, text, count, error, heartbeat, at },
    get chunks() {
      list.made ??= Object.freeze(buffer.slice(0, count));
      return list.made;
    },
  });
  folds.set(state, fold);
  return state;
}
