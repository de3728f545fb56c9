/** What a client's subscriptions share for one gateway: the connection, and the waiting before the next one. */
import type { Wire } from "../wire.js";
import { createBackoff } from "./backoff.js";
import { type Connection, createConnection, type Request, type Subscriber } from "./connection.js";

export interface Line {
  /** Milliseconds until a subscription may be sent; 0 while there is a connection to join. */
  wait(): number;
  /** Subscribes on the connection, which is opened if need be. Gives what unsubscribes. */
  subscribe(subscriber: Subscriber, request: Request): () => void;
  /** `member` needs this line until it leaves. */
  join(member: object): void;
  /** With the last member, the connection goes. */
  leave(member: object): void;
}

/** `emptied` is called when the last member has left. */
export function createLine(wire: Wire, url: string, random: () => number, emptied: () => void): Line {
  const members = new Set<object>();
  const backoff = createBackoff(random);
  let connection: Connection | undefined;

  return {
    wait: () => (connection ? 0 : backoff.wait()),
    join: (member) => members.add(member),
    leave(member) {
      if (!members.delete(member) || members.size > 0) return;
      emptied();
      connection?.close();
      connection = undefined;
    },
    subscribe(subscriber, request) {
      connection ??= createConnection(wire, url, (held) => {
        connection = undefined;
        backoff.missed(held);
      });
      return connection.subscribe(subscriber, request);
    },
  };
}
