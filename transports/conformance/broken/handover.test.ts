import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { memory } from "../../memory/index.js";
import { handover } from "../handover.js";
import { type Break, type Faults, type Historian, mustCatch, withSink } from "./breaking.test-support.js";

/** A moment in which others publish. */
const moment = () => new Promise<void>((resolve) => setImmediate(resolve));

/** All that follows a position. */
const readOn = async (inner: Historian, channel: string, after: string) =>
  (await inner.history(channel, { after, limit: 10_000 })).deliveries;

/** As many a transport is written: the history by one call, the live messages by another. */
const inTwoSteps =
  (steps: {
    readonly listenFirst: boolean;
    /** What to deliver of what came live while the history was read. */
    readonly keep: (live: Delivery, missed: readonly Delivery[]) => boolean;
  }): Break =>
  (inner) => ({
    ...inner,
    async subscribe(channel, at, sink) {
      if (at.after === undefined) return inner.subscribe(channel, at, sink);
      let held: Delivery[] | undefined = [];
      const listen = () =>
        inner.subscribe(
          channel,
          {},
          {
            deliver: (deliveries) => (held ? held.push(...deliveries) : sink.deliver(deliveries)),
            gap: (gap) => sink.gap(gap),
            fail: (error) => sink.fail(error),
          },
        );
      const early = steps.listenFirst ? await listen() : undefined;
      await moment();
      const missed = await readOn(inner, channel, at.after);
      await moment();
      const subscription = early ?? (await listen());
      sink.deliver([...missed, ...held.filter((live) => steps.keep(live, missed))]);
      held = undefined;
      return subscription;
    },
  });

const withPagePosition =
  (move: (position: string, after: string) => string | Promise<string>): Break =>
  (inner) => ({
    ...inner,
    async history(channel, query) {
      const page = await inner.history(channel, query);
      await moment();
      return { ...page, position: await move(page.position, query.after ?? "") };
    },
  });

const faults: Faults = {
  "hands over from replay to live without hole or repeat": {
    "loses what is published between replay and live": {
      break: inTwoSteps({ listenFirst: false, keep: () => true }),
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "delivers twice what is published between listening and replay": {
      break: inTwoSteps({ listenFirst: true, keep: () => true }),
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "drops all that came while it read the history": {
      break: inTwoSteps({ listenFirst: true, keep: () => false }),
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "drops one message too many": {
      break: (inner) => {
        let reading: unknown;
        return inTwoSteps({
          listenFirst: true,
          keep(live, missed) {
            if (missed.some(({ id }) => id === live.id)) return false;
            const isFirst = reading !== missed;
            reading = missed;
            return !isFirst;
          },
        })(inner);
      },
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "announces a gap to be on the safe side": {
      break: (inner) => ({
        ...inner,
        subscribe(channel, at, sink) {
          if (at.after) sink.gap({ reason: "trimmed", after: at.after });
          return inner.subscribe(channel, at, sink);
        },
      }),
      says: /^The gaps after/,
    },
  },
  "hands over many subscribers of a channel at once": {
    "holds live messages for one subscriber at a time": {
      break: (inner) => {
        let handing = 0;
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            handing += 1;
            const keep = handing === 1;
            const broken = inTwoSteps({
              listenFirst: true,
              keep: (live, missed) => keep && !missed.some(({ id }) => id === live.id),
            });
            const subscription = await broken(inner).subscribe(channel, at, sink);
            handing -= 1;
            return subscription;
          },
        };
      },
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "replays the same to all who come at once": {
      break: (inner) => {
        let reading: Promise<readonly Delivery[]> | undefined;
        return {
          ...inner,
          async subscribe(channel, at, sink) {
            if (at.after === undefined) return inner.subscribe(channel, at, sink);
            reading ??= readOn(inner, channel, at.after);
            sink.deliver(await reading);
            reading = undefined;
            return inner.subscribe(channel, {}, sink);
          },
        };
      },
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
  },
  "joins a live subscription and a history without hole or repeat": {
    "gives a position that lies beyond its page": {
      break: (inner) => {
        let newest = "";
        const watched = withSink((sink) => ({
          deliver(deliveries) {
            newest = deliveries.at(-1)?.id ?? newest;
            sink.deliver(deliveries);
          },
        }))(inner);
        const moved = withPagePosition(() => newest)(inner);
        return { ...watched, history: (...args) => moved.history?.(...args) ?? inner.history(...args) };
      },
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "gives a position that its page has passed": {
      break: withPagePosition((_, after) => after),
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
    "is late with live messages, and resolves before": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const timer = setTimeout(() => void inner.subscribe(channel, at, sink), 1);
          return { position: undefined, unsubscribe: () => clearTimeout(timer) };
        },
      }),
      says: /^What came after message \d+, in round \d+: at \d+ expected .*message/,
    },
  },
};

mustCatch({ describe, it }, handover, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
