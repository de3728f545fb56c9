/** What was said, made of the channel's messages: by the same function on the server and in the browser. */
import { foldStream, type StreamState } from "halyard/stream";
import type { ChatMessage, State } from "../channels";

export interface Turn {
  readonly id: string;
  readonly question: string;
  readonly askedAt: Date;
  readonly answer: string;
  readonly state: State;
  /** The answer's stream, while it is under way. */
  readonly stream?: StreamState<string> | undefined;
}

export type Conversation = readonly Turn[];

/** The conversation, with what one more message says. */
export function tell(turns: Conversation, { topic, data }: ChatMessage): Conversation {
  switch (topic) {
    case "question":
      return [
        ...turns,
        { id: data.turn, question: data.text, askedAt: data.askedAt, answer: "", state: "thinking" },
      ];
    case "answer":
      return change(turns, data.stream, (turn) => {
        const stream = foldStream(turn.stream, data);
        return { ...turn, stream, answer: stream.text };
      });
    case "status":
      return change(turns, data.turn, (turn) => ({
        ...turn,
        state: data.state,
        stream: isUnderWay(data.state) ? turn.stream : undefined,
      }));
  }
}

/** Adds to these turns what messages say. Given more of them each time, it folds the new ones alone. */
export function createFold(turns: Conversation): (messages: readonly ChatMessage[]) => Conversation {
  let folded: readonly ChatMessage[] = [];
  let conversation = turns;
  return (messages) => {
    const goesOn = messages[folded.length - 1] === folded.at(-1);
    const fresh = goesOn ? messages.slice(folded.length) : messages;
    conversation = fresh.reduce(tell, goesOn ? conversation : turns);
    folded = messages;
    return conversation;
  };
}

const change = (turns: Conversation, id: string, how: (turn: Turn) => Turn): Conversation =>
  turns.map((turn) => (turn.id === id ? how(turn) : turn));

/** Whether the answer is under way. */
export const isUnderWay = (state: State): boolean => state === "thinking" || state === "writing";
