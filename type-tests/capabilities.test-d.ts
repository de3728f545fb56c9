import { realtime, staticSchema } from "halyard";
import { type App, createRealtime } from "halyard/server";
import type { Expect } from "halyard/testing";
import type { Transport } from "halyard/transport";
import { memory } from "halyard/transports/memory";

const ch = realtime.channel({ name: "news", topics: { text: { schema: staticSchema<string>() } } });

interface Bounds {
  maxBytes: 1024;
  shared: true;
}
/** A transaction, as some client has it. */
interface Tx {
  query(sql: string): Promise<unknown>;
}
declare const tx: Tx;
declare const transports: {
  none: Transport<Bounds & { replay: false; keys: false }>;
  keys: Transport<Bounds & { replay: false; keys: 60_000 }>;
  replay: Transport<Bounds & { replay: true; keys: false }>;
  both: Transport<Bounds & { replay: true; keys: 60_000 }>;
  tx: Transport<Bounds & { replay: true; keys: 60_000; transactions: true; "~tx"?: Tx }>;
  txWithoutKeys: Transport<Bounds & { replay: true; keys: false; transactions: true; "~tx"?: Tx }>;
  /** Its author didn't say. */
  unsaid: Transport;
};
declare const flag: boolean;
const none = createRealtime({ transport: transports.none });
const keys = createRealtime({ transport: transports.keys });
const replay = createRealtime({ transport: transports.replay });
const both = createRealtime({ transport: transports.both });
const unsaid = createRealtime({ transport: transports.unsaid });

// Each capability by itself.
keys.publish(ch.text, "a", { key: "k" });
keys.publishMany([[ch.text, "a", { key: "k" }]]);
// @ts-expect-error
keys.subscribe({ channel: ch, after: "e.1" });
// @ts-expect-error
keys.history({ channel: ch });
replay.subscribe({ channel: ch, after: "e.1" });
replay.history({ channel: ch, after: "e.1" });
// @ts-expect-error
replay.publish(ch.text, "a", { key: "k" });
// @ts-expect-error
replay.publishMany([[ch.text, "a", { key: "k" }]]);
both.publish(ch.text, "a", { key: "k" });
both.subscribe({ channel: ch, after: "e.1" });
both.history({ channel: ch });

// A transaction, where the transport can be part of one, and of the type that it states.
const transactional = createRealtime({ transport: transports.tx });
transactional.publish(ch.text, "a", { tx });
transactional.publish(ch.text, "a", { tx, key: "k" });
transactional.publishMany([[ch.text, "a", { tx }]]);
transactional.publish(ch.text, "a", { tx: undefined });
// @ts-expect-error
transactional.publish(ch.text, "a", { tx: { query: 1 } });
// @ts-expect-error
both.publish(ch.text, "a", { tx });
// @ts-expect-error
both.publishMany([[ch.text, "a", { tx }]]);
const withoutKeys = createRealtime({ transport: transports.txWithoutKeys });
withoutKeys.publish(ch.text, "a", { tx });
// @ts-expect-error
withoutKeys.publish(ch.text, "a", { tx, key: "k" });
// @ts-expect-error
createRealtime({ transport: flag ? transports.tx : transports.both }).publish(ch.text, "a", { tx });
createRealtime({ transport: flag ? transports.tx : transports.both }).publish(ch.text, "a", { key: "k" });

// What isn't there may be undefined, as any option may.
none.publish(ch.text, "a", { key: undefined });
none.publish(ch.text, "a", {});
none.subscribe({ channel: ch, after: undefined });

// Of a transport that doesn't say, nothing is known.
unsaid.publish(ch.text, "a");
unsaid.subscribe({ channel: ch });
// @ts-expect-error
unsaid.publish(ch.text, "a", { key: "k" });
// @ts-expect-error
unsaid.subscribe({ channel: ch, after: "e.1" });
// @ts-expect-error
unsaid.history({ channel: ch });

// Chosen at run time: what all choices have, and no more.
const chosen = createRealtime({ transport: flag ? transports.both : transports.keys });
chosen.publish(ch.text, "a", { key: "k" });
// @ts-expect-error
chosen.history({ channel: ch });
// @ts-expect-error
chosen.subscribe({ channel: ch, after: "e.1" });
const disjoint = createRealtime({ transport: flag ? transports.keys : transports.replay });
disjoint.publish(ch.text, "a");
// @ts-expect-error
disjoint.publish(ch.text, "a", { key: "k" });
// @ts-expect-error
disjoint.history({ channel: ch });
const inMemory = createRealtime({ transport: flag ? memory() : transports.both });
inMemory.publish(ch.text, "a", { key: "k" });
inMemory.history({ channel: ch });
// @ts-expect-error
createRealtime({ transport: flag ? memory() : transports.unsaid }).history({ channel: ch });

// An app that can less doesn't stand in for one that can more.
type Not<A, B> = [A] extends [B] ? false : true;
export const any: App[] = [none, keys, replay, both, unsaid, chosen];
export type Apps = [
  Expect<Not<typeof none, typeof replay>>,
  Expect<Not<typeof none, typeof keys>>,
  Expect<Not<typeof replay, typeof keys>>,
  Expect<Not<typeof keys, typeof both>>,
  Expect<Not<typeof transports.unsaid, typeof transports.both>>,
];
// @ts-expect-error
createRealtime({ transport: {} });

// An app that can less doesn't stand in for one that can more; the other way, it does.
export const less: App = both;
// @ts-expect-error
export const more: App<Bounds & { replay: true; keys: 60_000 }> = unsaid;
// @ts-expect-error
export const replays: App<Bounds & { replay: true; keys: false }> = none;
// @ts-expect-error
export const eitherOne: typeof both = flag ? both : none;
// A transport that may be left out is the embedded one, or itself.
declare const perhaps: { one: typeof transports.both | undefined; two: typeof transports.none | undefined };
createRealtime({ transport: perhaps.one }).history({ channel: ch });
// @ts-expect-error
createRealtime({ transport: perhaps.two }).history({ channel: ch });
