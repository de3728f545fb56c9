/** The clients of a round: they subscribe, and write down what they are told. */
import { createClient, sse, webSocket } from "halyard/client";
import { createRealtime } from "halyard/server";
import { WebSocket } from "ws";
import { type Payload, roomName, roomsOf } from "./channels.js";
import type { Ledger } from "./ledger.js";
import type { Account, Told } from "./oracle.js";
import type { PlannedClient, PlannedSubscription } from "./plan.js";
import type { Random } from "./random.js";

export interface Subscriber {
  readonly planned: PlannedSubscription;
  /** What came of it, until now. */
  readonly account: Account | undefined;
  /** How often its connection was lost. */
  readonly losses: number;
  /** Whether it has got this message. */
  has(n: number): boolean;
}

export interface Subscribers {
  /** Begins. Resolves when it is subscribed: then it is owed what is published. */
  open(planned: PlannedSubscription): Promise<void>;
  /** Whether a client's tokens can be had. */
  setTokens(client: number, isWorking: boolean): void;
  readonly all: readonly Subscriber[];
  /** By code, what `onError` was told. */
  readonly errors: ReadonlyMap<string, number>;
  close(): void;
}

export interface SubscribersOptions {
  readonly clients: readonly PlannedClient[];
  /** Each client's own line. */
  readonly ports: readonly number[];
  readonly secret: string;
  readonly prefix: string;
  readonly ledger: Ledger;
  readonly random: Random;
}

interface State {
  readonly planned: PlannedSubscription;
  readonly told: Told[];
  readonly seen: Set<number>;
  losses: number;
  last: string | undefined;
  account: Account | undefined;
}

export function createSubscribers(options: SubscribersOptions): Subscribers {
  const { ledger, random } = options;
  const rooms = roomsOf(options.prefix);
  const tokens = createRealtime({ secret: options.secret });
  const tokenless = new Set<number>();
  const errors = new Map<string, number>();
  const states = new Map<string, State>();
  let isClosed = false;

  const clients = options.clients.map(({ wire }, i) =>
    createClient({
      url: `http://127.0.0.1:${options.ports[i]}/api/realtime`,
      wires: [wire === "sse" ? sse() : webSocket({ WebSocket })],
      random: random.fork(`client ${i}`).next,
    }),
  );

  async function open(planned: PlannedSubscription): Promise<void> {
    const client = clients[planned.client];
    if (!client) throw new RangeError(`There is no client ${planned.client}.`);
    const after = planned.follows === undefined ? undefined : states.get(planned.follows)?.last;
    const channel = rooms({ room: roomName(planned.channel) });
    const told: Told[] = [];
    const state: State = { planned, told, seen: new Set(), losses: 0, last: undefined, account: undefined };
    states.set(planned.name, state);
    const pace = random.fork(`pace of ${planned.name}`);

    await client.subscribe({
      channel,
      topics: planned.topics,
      after,
      token: async () => {
        if (tokenless.has(planned.client)) throw new Error("The token endpoint is down.");
        const { name, life } = planned;
        return tokens.token({ channel, topics: planned.topics, subject: name, expiresIn: `${life}s` });
      },
      onMessage: async ({ id, topic, data }: { id: string; topic: string; data: Payload }) => {
        if (isClosed) return;
        told.push({ type: "message", id, n: data.n, topic });
        state.seen.add(data.n);
        state.last = id;
        if (planned.slow) await new Promise((resolve) => setTimeout(resolve, pace.between(0, planned.slow)));
      },
      onGap: ({ reason }) => void told.push({ type: "gap", reason }),
      onStatus: (status) => {
        if (status === "reconnecting") {
          state.losses++;
          told.push({ type: "lost" });
        }
        if (status === "closed" && !isClosed)
          told.push({ type: "ended", why: [...errors.keys()].join(", ") });
      },
      onError: ({ code }) => void errors.set(code, (errors.get(code) ?? 0) + 1),
    });
    const { name, topics, slow } = planned;
    state.account = {
      name,
      channel: channel.name,
      topics,
      from: ledger.issued,
      after,
      isSlow: slow > 0,
      told,
    };
  }

  return {
    open,
    setTokens(client, isWorking) {
      if (isWorking) tokenless.delete(client);
      else tokenless.add(client);
    },
    get all() {
      return [...states.values()].map(
        (state): Subscriber => ({
          planned: state.planned,
          account: state.account,
          losses: state.losses,
          has: (n) => state.seen.has(n),
        }),
      );
    },
    errors,
    close() {
      isClosed = true;
      for (const client of clients) client.close();
    },
  };
}
