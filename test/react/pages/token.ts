/** How the pages fetch a token. */
export async function fetchToken(channel: string): Promise<string> {
  const response = await fetch("/api/realtime/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.text();
}
