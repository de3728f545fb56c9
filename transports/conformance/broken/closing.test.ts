import { describe, it } from "vitest";
import { RealtimeError } from "../../../src/errors.js";
import { memory } from "../../memory/index.js";
import { closing } from "../closing.js";
import { type Break, type Faults, mustCatch, withSink } from "./breaking.test-support.js";

const openAfterClose: Break = (inner) => ({ ...inner, close: async () => {} });

const hang = () => new Promise<never>(() => {});

const faults: Faults = {
  "fails every subscription with CLOSED when it closes": {
    "ends subscriptions without a word": {
      break: withSink(() => ({ fail() {} })),
      says: /^Waited .* for fail\(\) to be called; 1 messages came/,
    },
    "fails one subscription per channel": {
      break: (inner) => {
        const told = new Set<string>();
        return withSink((sink, channel) => ({
          fail: (error) => void (told.has(channel) || (told.add(channel) && sink.fail(error))),
        }))(inner);
      },
      says: /^Waited .* for fail\(\) to be called; 1 messages came/,
    },
    "fails with another code": {
      break: withSink((sink) => ({ fail: () => sink.fail(new RealtimeError("TRANSPORT_FAILED", "gone")) })),
      says: /the error's code: expected "CLOSED", got "TRANSPORT_FAILED"/,
    },
    "fails twice": {
      break: withSink((sink) => ({ fail: (error) => [1, 2].forEach(() => void sink.fail(error)) })),
      says: /^How often fail\(\) was called: expected 1, got 2/,
    },
    "fails who has left": {
      break: (inner) => {
        const sinks: { fail(error: RealtimeError): void }[] = [];
        return {
          ...inner,
          subscribe(channel, at, sink) {
            sinks.push(sink);
            return inner.subscribe(channel, at, {
              deliver: (d) => sink.deliver(d),
              gap: (g) => sink.gap(g),
              fail() {},
            });
          },
          async close() {
            await inner.close();
            for (const sink of sinks.splice(0)) sink.fail(new RealtimeError("CLOSED", "closed"));
          },
        };
      },
      says: /^The calls of a sink that had unsubscribed before/,
    },
  },
  "rejects every call with CLOSED once it is closed": {
    "goes on after close": {
      break: openAfterClose,
      says: /^publish\(\) after close\(\): expected a rejection/,
    },
    "waits for ever after close": {
      break: (inner) => {
        let isClosed = false;
        return {
          ...inner,
          subscribe: (channel, at, sink) => (isClosed ? hang() : inner.subscribe(channel, at, sink)),
          async close() {
            isClosed = true;
            await inner.close();
          },
        };
      },
      says: /^Waited .* for subscribe\(\) to reject/,
    },
    "reads its history after close": {
      break: (inner) => ({
        ...inner,
        history: async () => ({ deliveries: [], gap: undefined, more: false, position: "e.0" }),
      }),
      says: /^history\(\) after close\(\): expected a rejection/,
    },
    "rejects with an error of the broker's client": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(channel, frames).catch(() => {
            throw new Error("Socket closed");
          }),
      }),
      says: /^publish\(\) after close\(\): expected a RealtimeError \(CLOSED\), got Error: Socket closed/,
    },
    "tells a sink that it never took": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at, sink).catch((error) => {
            sink.fail(error);
            throw error;
          }),
      }),
      says: /^The calls of a sink that was never subscribed/,
    },
  },
  "can be closed twice": {
    "rejects a second close": {
      break: (inner) => {
        let isClosed = false;
        return {
          ...inner,
          async close() {
            if (isClosed) throw new Error("Already closed");
            isClosed = true;
            await inner.close();
          },
        };
      },
      says: /^Already closed/,
    },
    "waits for ever at a second close": {
      break: (inner) => {
        let closes = 0;
        return { ...inner, close: () => (closes++ > 0 ? hang() : inner.close()) };
      },
      says: /^Waited .* for two calls of close\(\)/,
    },
    "fails subscriptions at every close": {
      break: (inner) => {
        const sinks: { fail(error: RealtimeError): void }[] = [];
        return {
          ...withSink((sink) => ({ fail: (error) => void (sinks.push(sink) && sink.fail(error)) }))(inner),
          async close() {
            await inner.close();
            for (const sink of [...sinks]) sink.fail(new RealtimeError("CLOSED", "closed"));
          },
        };
      },
      says: /^How often fail\(\) was called: expected 1/,
    },
  },
  "settles what close overtakes": {
    "forgets what is under way": {
      break: (inner) => {
        let isClosed = false;
        return {
          ...inner,
          async publish(channel, frames) {
            await undefined;
            return isClosed ? hang() : inner.publish(channel, frames);
          },
          async close() {
            isClosed = true;
            await inner.close();
          },
        };
      },
      says: /^Waited .* for what was under way to settle/,
    },
    "rejects with an error of the broker's client": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          await undefined;
          return inner.publish(channel, frames).catch(() => {
            throw new Error("Socket closed");
          });
        },
      }),
      says: /rejected with Error: Socket closed, which is no RealtimeError/,
    },
    "subscribes for a while, and then says nothing": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at, {
            deliver: (d) => sink.deliver(d),
            gap: (g) => sink.gap(g),
            fail() {},
          }),
      }),
      says: /^Waited .* for fail\(\) to be called/,
    },
  },
  "tells nobody anything once it has failed them, however busy it is": {
    "delivers a moment later, to whoever it was": {
      break: withSink((sink) => ({
        deliver: (deliveries) => void setImmediate(() => sink.deliver(deliveries)),
      })),
      says: /^The calls of each sink, against those up to its end/,
    },
    "fails each as often as a message was on its way": {
      break: withSink((sink) => ({
        fail: (error) => [1, 2, 3].forEach(() => void setImmediate(() => sink.fail(error))),
      })),
      says: /^The calls of each sink, against those up to its end/,
    },
  },
  "lets a sink close it while it is called": {
    "goes through with what it tells": {
      break: withSink((sink) => ({
        deliver: (deliveries) => {
          for (const delivery of deliveries) sink.deliver([delivery]);
        },
      })),
      says: /^The calls of the sink that closes: a message, and its end: expected 2, got 4/,
    },
    "waits for its sinks to return, and they for it": {
      break: (inner) => {
        let telling = false;
        const told = withSink((sink) => ({
          deliver(deliveries) {
            telling = true;
            sink.deliver(deliveries);
            telling = false;
          },
        }))(inner);
        return { ...told, close: () => (telling ? hang() : inner.close()) };
      },
      says: /^Waited .* for fail\(\) to be called/,
    },
  },
};

mustCatch({ describe, it }, closing, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
