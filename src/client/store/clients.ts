/** Whose connections a store uses. */
import { type Client, createClient, subscribe } from "../client.js";
import type { StoreOptions } from "./options.js";

const own = new Map<string, Client>();

/** The client that was given, or the shared one; of stores that ask for a pace of their own, one for each pace. */
export function clientFor({
  client,
  reconnectMinMs,
  reconnectMaxMs,
}: StoreOptions): Pick<Client, "subscribe"> {
  if (client) return client;
  if (!reconnectMinMs && !reconnectMaxMs) return { subscribe };
  const pace = `${reconnectMinMs} ${reconnectMaxMs}`;
  const found = own.get(pace) ?? createClient({ reconnectMinMs, reconnectMaxMs });
  own.set(pace, found);
  return found;
}
