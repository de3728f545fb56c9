/** What the page asks the server for over HTTP. */
import type { Person } from "../channels.js";

export const fetchPerson = (): Promise<Person | null> =>
  request("GET", "/api/session").then(({ person }) => person);

export const signIn = (person: Person): Promise<unknown> => request("POST", "/api/session", { person });

/** Where the channel begins, for as long as this server runs. */
export const fetchStart = (): Promise<string> =>
  request("GET", "/api/passage").then(({ position }) => position);

export const beginPassage = (): Promise<unknown> => request("POST", "/api/passage");

/** A fresh token: to listen to the passage, or to reply in one's own name. */
export const fetchToken = (purpose: "passage" | "reply"): Promise<string> =>
  request("POST", `/api/token/${purpose}`).then(JSON.stringify);

// biome-ignore lint/suspicious/noExplicitAny: what the server sends is what it says it sends.
async function request(method: string, path: string, body?: object): Promise<any> {
  const answer = await fetch(path, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  // The session is over, as when the server was started anew: sign in again.
  if (answer.status === 401) location.reload();
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}
