/** What the store's tests share: an app, a client of it, a page that can be hidden, a clock, and a store that is listened to. */
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Message } from "../../message.js";
import { realtime } from "../../realtime.js";
import { staticSchema } from "../../schema.js";
import { type FakeClock, fakeClock } from "../../testing/clock.js";
import { testPair } from "../../testing/pair.js";
import type { FollowedStore } from "./follower.js";
import { createStore } from "./store.js";
import type { ChannelState, ChannelStoreOptions } from "./types.js";

const job = realtime.channel({
  name: "job:{id}",
  topics: {
    step: { schema: staticSchema<number>() },
    done: { schema: staticSchema<string>() },
  },
});
export const ch = job({ id: "1" });
type Facts = (typeof ch)["~channel"];
type Topics = keyof Facts["map"] & string;
export type Msg = Message<Facts["name"], Facts["map"], Topics>;
export type Options = ChannelStoreOptions<Facts["name"], Facts["map"], Topics>;
export type Store = FollowedStore<Msg>;
export type State = ChannelState<Msg>;

export let clock: FakeClock;
const makePair = () => testPair();
export let pair: ReturnType<typeof makePair>;
/** How often a token was asked for. */
export let tokens: number;
/** Each status that a store of `open` showed. */
export let statuses: string[];
let stores: Store[];
let page: EventTarget & { visibilityState: "visible" | "hidden" };

/** Each test gets a clock, a page that is visible, and an app; after each, nothing may be left, whatever it did. */
export function useStores(): void {
  beforeEach(async () => {
    page = Object.assign(new EventTarget(), { visibilityState: "visible" as const });
    vi.stubGlobal("document", page);
    clock = await fakeClock();
    pair = makePair();
    tokens = 0;
    statuses = [];
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) store.close();
    await clock.advance(0);
    expect(pair.faults.lines).toBe(0);
    await pair.close();
    expect(clock.timers).toBe(0);
    clock.restore();
    vi.unstubAllGlobals();
  });
}

export function makeStore(options: Partial<Options> = {}): Store {
  const token = async () => {
    tokens++;
    return pair.app.token({ channel: ch });
  };
  const given: Options = { channel: ch, client: pair.client, token, ...options };
  // As createChannelStore does; users don't follow stores.
  const store = createStore(given as never) as unknown as Store;
  stores.push(store);
  return store;
}

/** A store that somebody listens to, connected. */
export async function open(options?: Partial<Options>): Promise<Store> {
  const store = makeStore(options);
  watch(store);
  await clock.advance(0);
  return store;
}

/** Listens, and notes each status. */
export const watch = (store: Store) =>
  store.subscribe(() => {
    const { connectionStatus } = store.getSnapshot();
    if (statuses.at(-1) !== connectionStatus) statuses.push(connectionStatus);
  });

/** Publishes each as a `step`. */
export async function publish(...steps: number[]): Promise<void> {
  for (const step of steps) await pair.app.publish(ch.step, step);
}

export const done = (text = "ok") => pair.app.publish(ch.done, text);

/** Lets the next snapshot be made. */
export const frame = () => clock.advance(16);

/** What a list of messages says. */
export const dataOf = (messages: readonly Msg[]) => messages.map(({ data }) => data);

/** What the store shows. */
export const shown = (store: Store) => dataOf(store.getSnapshot().messages.all);

export async function setVisible(isVisible: boolean): Promise<void> {
  page.visibilityState = isVisible ? "visible" : "hidden";
  page.dispatchEvent(new Event("visibilitychange"));
  await clock.advance(0);
}
