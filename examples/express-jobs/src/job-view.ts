/** What a card shows, made of the messages of its job. */
import type { job } from "../channels.js";

type Data = (typeof job)["$infer"];
export type Message = {
  readonly [T in keyof Data]: { readonly topic: T; readonly data: Data[T] };
}[keyof Data];

export interface JobView {
  /** One of each week that is done, of the try that counts. */
  readonly weeks: readonly Data["progress"][];
  readonly lines: readonly string[];
  readonly finished: Data["finished"] | undefined;
  /** How often the last word was received. */
  readonly lastWords: number;
  readonly attempts: number;
}

export function viewOf(messages: readonly Message[]): JobView {
  let weeks: Data["progress"][] = [];
  let finished: JobView["finished"];
  let lastWords = 0;
  let attempts = 0;
  const lines: string[] = [];
  for (const { topic, data } of messages) {
    if (topic === "log") lines.push(data.line);
    else if (topic === "finished") {
      finished = data;
      lastWords++;
    } else {
      // A new try begins anew; after the last word it changes nothing any more.
      if (data.attempt > attempts && !finished) weeks = [];
      attempts = Math.max(attempts, data.attempt);
      if (!finished) weeks.push(data);
    }
  }
  return { weeks, lines, finished, lastWords, attempts };
}
