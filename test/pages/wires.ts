/** The page of `wires.test.ts`: subscribes as it is told, and keeps a log of what it was told. */
import { type Subscription, sse, subscribe, type Wire, webSocket } from "halyard/client";

/** What a page logged of one subscription. */
export interface Log {
  readonly statuses: string[];
  /** What was received, in order. */
  readonly numbers: number[];
  readonly gaps: string[];
  readonly errors: string[];
}

/** What the test may ask for. */
export interface Asked {
  readonly id: string;
  readonly room: string;
  /** Names of wires; default: the client's own choice. */
  readonly wires?: readonly string[] | undefined;
  readonly topics?: readonly string[] | undefined;
}

const wiresByName: Readonly<Record<string, Wire>> = { websocket: webSocket(), sse: sse() };
const logs = new Map<string, Log>();
const subscriptions = new Map<string, Subscription<unknown>>();

async function fetchToken(room: string, topics: readonly string[] | undefined): Promise<unknown> {
  const response = await fetch("/api/realtime/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: `room:${room}`, topics }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const page = {
  async open({ id, room, wires, topics }: Asked): Promise<void> {
    const log: Log = { statuses: [], numbers: [], gaps: [], errors: [] };
    logs.set(id, log);
    const subscription = await subscribe({
      token: async () => (await fetchToken(room, topics)) as string,
      onMessage: ({ data }) => log.numbers.push(data as number),
      onStatus: (status) => log.statuses.push(status),
      onGap: ({ reason }) => log.gaps.push(reason),
      onError: ({ code, message }) => log.errors.push(`${code} ${message}`),
      ...(wires && { wires: wires.map((name) => wiresByName[name] as Wire) }),
    });
    subscriptions.set(id, subscription);
  },
  close(id: string): void {
    subscriptions.get(id)?.close();
  },
  log: (id: string): Log | undefined => logs.get(id),
  /** Whether it was restored, rather than loaded anew. */
  wasRestored: false,
};

export type Page = typeof page;
declare global {
  interface Window {
    halyard: Page;
  }
}
window.halyard = page;
addEventListener("pageshow", ({ persisted }) => {
  page.wasRestored ||= persisted;
});
