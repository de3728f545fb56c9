/** What a token is asked for. Without `topics` it opens all of them, without `publish` none to write to. */
export interface Wanted {
  readonly channel: string;
  readonly topics?: readonly string[];
  readonly publish?: readonly string[];
}

/** A token of the server's own endpoint: a fresh one for each connection. */
export async function fetchToken(wanted: Wanted, signal?: AbortSignal): Promise<string> {
  const answer = await fetch("/api/realtime/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
    signal: signal ?? null,
  });
  if (!answer.ok) throw new Error(`There is no token: ${answer.status}`);
  return answer.text();
}
