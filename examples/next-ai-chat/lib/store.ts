/** Stands for your database: who is signed in, and which chats there are. In memory, gone with the process. */
import type { State } from "../channels";
import type { Conversation } from "./conversation";

export interface User {
  readonly id: string;
  readonly name: string;
}

export interface Chat {
  readonly id: string;
  readonly ownerId: string;
  readonly title: string;
  /** How its latest answer stands. */
  state: State;
  /** What is over. What is under way, the channel's history has. */
  turns: Conversation;
  /** The channel's position after these turns: what comes after it, they don't have. */
  position: string | undefined;
}

interface Store {
  readonly users: Map<string, User>;
  readonly chats: Map<string, Chat>;
}

// Next evaluates this file several times, and there is one store.
const scope = globalThis as { bosunStore?: Store };
scope.bosunStore ??= { users: new Map(), chats: new Map() };

export const { users, chats } = scope.bosunStore;

/** The user's chats, the latest first. */
export const chatsOf = (user: User): Chat[] =>
  [...chats.values()].filter(({ ownerId }) => ownerId === user.id).reverse();
