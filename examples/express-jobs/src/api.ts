/** What the page asks the server for over HTTP. */
import type { MessageOf } from "halyard/client";
import type { Job, Order } from "../channels.js";

export interface DeskData {
  readonly user: string;
  /** What was ordered, to begin with; `position` is where to go on. */
  readonly ordered: {
    readonly messages: readonly MessageOf<`desk:${string}`, "added", Job>[];
    readonly position: string;
  };
  readonly load: { readonly waiting: number; readonly running: number };
}

/** The user's desk, or `undefined` where nobody is signed in. */
export async function fetchDesk(): Promise<DeskData | undefined> {
  const { user } = await fetch("/api/session").then(read);
  return user === null ? undefined : fetch("/api/desk").then(read);
}

export const signIn = (name: string): Promise<unknown> => post("/api/session", { name });

export const placeOrder = (order: Order): Promise<unknown> => post("/api/jobs", order);

/** A token of the server's own endpoint: a fresh one for each connection. */
export const fetchToken = ({ channel }: { readonly channel: string }): Promise<string> =>
  post("/api/token", { channel }).then(JSON.stringify);

const post = (path: string, body: object): Promise<unknown> =>
  fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).then(read);

// biome-ignore lint/suspicious/noExplicitAny: what the server sends is what it says it sends.
async function read(answer: Response): Promise<any> {
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}
