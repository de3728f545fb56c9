/** What the page asks the server for over HTTP. */
import type { Person } from "../channels.js";

export const fetchPerson = async (): Promise<Person | null> =>
  (await (await send("GET", "/api/session")).json()).person;

export const signIn = (person: Person): Promise<Response> => send("POST", "/api/session", { person });

/** Where the channel begins, for as long as this server runs. */
export const fetchStart = async (): Promise<string> =>
  (await (await send("GET", "/api/passage")).json()).position;

export const beginPassage = (): Promise<Response> => send("POST", "/api/passage");

/** A fresh token: to listen to the passage, or to reply in one's own name. */
export const fetchToken = async (purpose: "passage" | "reply"): Promise<string> =>
  (await send("POST", `/api/token/${purpose}`)).text();

/** Throws the server's own words where it refuses. */
async function send(method: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(path, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  // The session is over, as when the server was started anew: sign in again.
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Error((await answer.json()).error);
  return answer;
}
