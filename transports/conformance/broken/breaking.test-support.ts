/** Proves of every case that it can fail: broken transports, each caught by the case that is there for it. */
import type { Delivery, Frame } from "../../../src/frame.js";
import type { Published, Sink, Transport, TransportSubscription } from "../../../src/transport.js";
import type { ConformanceCase } from "../case.js";
import { runCase } from "../context.js";
import type { CaseOptions, ConformanceSetup } from "../setup.js";

/** Makes a transport that has one fault. */
/** A transport with a history. */
export type Historian = Transport & Required<Pick<Transport, "history">>;

export type Break = (inner: Historian) => Transport;

/** A fault, and what the case must say about it. */
export interface Fault {
  readonly break: Break;
  /** What the case's message must match: a fault that is caught by chance, or as another one, doesn't count. */
  readonly says: RegExp;
  readonly options?: Partial<CaseOptions>;
}

/** The faults that a case must catch, by the case's name and by what is wrong. */
export type Faults = Record<string, Record<string, Fault>>;

/** What the faults are put into. */
export type Base = (breaks?: Break) => ConformanceSetup;

/** The test runner, as for the suite. */
interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Runs every case of a group against its faults, and against the base without one, where it must pass. */
export function mustCatch(
  { describe, it }: Runner,
  cases: readonly ConformanceCase[],
  faults: Faults,
  base: Base,
) {
  const unknown = Object.keys(faults).filter((name) => !cases.some((one) => one.name === name));
  it("names only cases that there are", async () => {
    if (unknown.length > 0) throw new Error(`There is no case called: ${unknown.join("; ")}.`);
  });
  for (const one of cases) {
    describe(`"${one.name}"`, () => {
      const own = Object.entries(faults[one.name] ?? {});
      const options = (
        breaks: Break | undefined,
        deadline: number,
        more?: Partial<CaseOptions>,
      ): CaseOptions => {
        const factory = () => base(breaks);
        return { supports: base().transport.supports, factory, rounds: 30, deadline, ...more };
      };
      it("passes where nothing is broken", async () => {
        if (own.length === 0)
          throw new Error("No fault is known that this case catches: nothing shows that it can fail.");
        await runCase(one, options(undefined, 4_000));
      });
      for (const [what, fault] of own) {
        it(`catches a transport that ${what}`, async () => {
          // Only who must wait in vain shall not wait long.
          const deadline = fault.says.source.includes("Waited") ? 150 : 4_000;
          const message = await messageOf(runCase(one, options(fault.break, deadline, fault.options)));
          if (message === undefined) throw new Error("It was not caught.");
          if (!fault.says.test(message)) throw new Error(`It was caught, but as something else: ${message}`);
        });
      }
    });
  }
}

const messageOf = (run: Promise<void>) =>
  run.then(
    () => undefined,
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );

/** Changes what a subscriber is told. */
export const withSink =
  (change: (sink: Sink, channel: string) => Partial<Sink>): Break =>
  (inner) => ({
    ...inner,
    subscribe: (channel, at, sink) =>
      inner.subscribe(channel, at, {
        deliver: (deliveries) => sink.deliver(deliveries),
        gap: (gap) => sink.gap(gap),
        fail: (error) => sink.fail(error),
        ...change(sink, channel),
      }),
  });

/** Changes every message that is delivered, live or from a replay. */
export const withDelivery = (change: (delivery: Delivery) => Delivery): Break =>
  withSink((sink) => ({ deliver: (deliveries) => sink.deliver(deliveries.map(change)) }));

/** Changes every payload that is delivered. */
export const withPayload = (change: (payload: string) => string): Break =>
  withDelivery(({ id, frame }) => ({ id, frame: { topic: frame.topic, payload: change(frame.payload) } }));

/** Changes the channel's name before the broker sees it. */
export const withName =
  (change: (name: string) => string): Break =>
  (inner) => ({
    ...inner,
    publish: (channel, frames) => inner.publish(change(channel), frames),
    subscribe: (channel, at, sink) => inner.subscribe(change(channel), at, sink),
    history: (channel, query) => inner.history(change(channel), query),
  });

/** Changes frames before the broker sees them. */
export const withFrame =
  (change: (frame: Frame, channel: string) => Frame): Break =>
  (inner) => ({
    ...inner,
    publish: (channel, frames) =>
      inner.publish(
        channel,
        frames.map((frame) => change(frame, channel)),
      ),
  });

/** Changes keys before the broker sees them. */
export const withKey = (change: (key: string, channel: string) => string | undefined) =>
  withFrame((frame, channel) => ({
    ...frame,
    key: frame.key === undefined ? undefined : change(frame.key, channel),
  }));

/** Changes what subscribe gives. */
export const withSubscription =
  (change: (subscription: TransportSubscription, channel: string) => TransportSubscription): Break =>
  (inner) => ({
    ...inner,
    subscribe: async (channel, at, sink) => change(await inner.subscribe(channel, at, sink), channel),
  });

/** Changes the results of a publish. */
export const withResults =
  (change: (results: readonly Published[], channel: string) => readonly Published[]): Break =>
  (inner) => ({
    ...inner,
    publish: async (channel, frames) => change(await inner.publish(channel, frames), channel),
  });

/** Gives a batch message by message, and doesn't look whether the subscription has ended meanwhile. */
export const oneByOne = withSink((sink) => ({
  deliver: (deliveries) => {
    for (const delivery of deliveries) sink.deliver([delivery]);
  },
}));
