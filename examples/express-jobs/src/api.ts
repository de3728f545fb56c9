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
  const { user } = await (await send("/api/session")).json();
  if (user === null) return undefined;
  const { ordered, load } = await (await send("/api/desk")).json();
  // JSON knows no dates. The orders themselves hold none.
  const messages = ordered.messages.map((message: { readonly createdAt: string }) => ({
    ...message,
    createdAt: new Date(message.createdAt),
  }));
  return { user, ordered: { ...ordered, messages }, load };
}

export const signIn = (name: string): Promise<Response> => send("/api/session", { name });

export const placeOrder = (order: Order): Promise<Response> => send("/api/jobs", order);

/** A token of the server's own endpoint: a fresh one for each connection. */
export const fetchToken = async ({ channel }: { readonly channel: string }): Promise<string> =>
  (await send("/api/token", { channel })).text();

/** Throws the server's own words where it refuses. */
async function send(path: string, body?: object): Promise<Response> {
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  // The session is over, as where the server was started with another secret: sign in again.
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer;
}
