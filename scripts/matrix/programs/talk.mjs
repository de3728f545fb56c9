// @ts-check
/** A client's side of the talk: gets a token from the endpoint, subscribes, and asks for what is missing. */
import assert from "node:assert/strict";
import { createClient } from "halyard/client";
import { runs } from "./channels.mjs";

/**
 * @param {string} url The gateway's.
 * @param {readonly import("halyard/client").Wire[] | undefined} wires
 * @param {(text: string) => Promise<unknown>} publish
 */
export async function talk(url, wires, publish) {
  const channel = runs({ id: "42" });
  const token = async () => {
    const response = await fetch(`${url}/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ channel: channel.name }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  };
  const client = createClient({ url, ...(wires ? { wires } : {}) });
  const subscription = await client.subscribe({
    channel,
    token,
    onError: ({ code, message }) => console.error(code, message),
    signal: AbortSignal.timeout(20_000),
  });
  const texts = ["one", "two", "three"];
  for (const text of texts) await publish(text);
  const got = [];
  for await (const { data } of subscription) {
    assert(data.at instanceof Date);
    got.push(data.text);
    if (got.length === texts.length) break;
  }
  assert.deepEqual(got, texts);
  client.close();
}
