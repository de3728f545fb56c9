import { describe, it } from "vitest";
import type { Frame } from "../../../src/frame.js";
import { memory } from "../../memory/index.js";
import { bytesOf } from "../frames.js";
import { sizes } from "../sizes.js";
import { type Break, type Faults, mustCatch, withPayload, withSink } from "./breaking.test-support.js";

/** Throws as a broker does whose limit is passed. */
const limited =
  (sizeOf: (frames: readonly Frame[]) => number): Break =>
  (inner) => ({
    ...inner,
    async publish(channel, frames) {
      if (sizeOf(frames) > inner.supports.maxBytes * 1.1) throw new Error("Maximum payload exceeded");
      return inner.publish(channel, frames);
    },
  });

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const faults: Faults = {
  "carries a payload of maxBytes": {
    "cuts off large payloads": {
      break: withPayload((payload) => payload.slice(0, 65_536)),
      says: /^The payload of message 1 isn't what it was/,
    },
    "counts one byte too many": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) =>
          inner.publish(
            channel,
            frames.filter((frame) => frame.size + 1 < inner.supports.maxBytes),
          ),
      }),
      says: /^The number of results of a publish/,
    },
  },
  "carries a payload of maxBytes, whatever it is made of": {
    "wraps payloads in JSON": {
      break: limited((frames) => Math.max(...frames.map(({ payload }) => JSON.stringify(payload).length))),
      says: /^Maximum payload exceeded/,
    },
    "counts characters, and cuts by bytes": {
      break: withPayload((payload) =>
        bytesOf(payload) > payload.length * 2 ? payload.slice(0, -1) : payload,
      ),
      says: /^The payload of message 0 isn't what it was/,
    },
    "reads line ends as it likes": {
      break: withPayload((payload) => payload.replace(/\n/g, "\r\n")),
      says: /^The payload of message 0 isn't what it was/,
    },
  },
  "carries several payloads of maxBytes in one batch": {
    "makes one message of every batch": {
      break: limited((frames) => sum(frames.map(({ size }) => size))),
      says: /^Maximum payload exceeded/,
    },
    "forgets what doesn't fit into the first message": {
      break: (inner) => ({
        ...inner,
        async publish(channel, frames) {
          const stored = await inner.publish(channel, frames.slice(0, 2));
          return [...stored, ...frames.slice(2).map(() => ({ id: "lost", duplicate: false }))];
        },
      }),
      says: /^Waited .* for 5 messages; 2 messages came/,
    },
  },
  "carries a batch of 1,000 messages": {
    "takes 999 at most": {
      break: (inner) => ({
        ...inner,
        publish: (channel, frames) => inner.publish(channel, frames.slice(0, 999)),
      }),
      says: /^The number of results of a publish: expected 1000, got 999/,
    },
    "gives ten places to a batch, each to many messages": {
      break: withSink((sink) => ({
        deliver: (deliveries) =>
          sink.deliver(deliveries.map(({ frame }, i) => ({ id: deliveries[i % 10]?.id ?? "", frame }))),
      })),
      says: /^The ids that arrived.*: at 10/,
    },
  },
  "carries payloads of every length up to 200 bytes, the empty one too": {
    "drops an empty payload": {
      break: withSink((sink) => ({
        deliver: (deliveries) => sink.deliver(deliveries.filter(({ frame }) => frame.payload)),
      })),
      says: /^Waited .* for 201 messages; 200 messages came/,
    },
    "puts a mark after every 128 bytes": {
      break: withPayload((payload) => payload.replace(/^(.{128})(.)/, "$1\n$2")),
      says: /^The payload of message 129 isn't what it was: 130 bytes came, 129 were published/,
    },
  },
  "keeps what it stored apart from what it says of it": {
    "takes blank payloads for empty ones": {
      break: withPayload((payload) => payload.trim()),
      says: /^The payload of message 1 isn't/,
    },
    "marks what it dropped with a payload": {
      break: withSink((sink) => ({
        deliver: (deliveries) => sink.deliver(deliveries.filter(({ frame }) => frame.payload !== "null")),
      })),
      says: /^Waited .* for 14 messages; 13 messages came/,
    },
    "leaves out what looks empty from its history": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          return { ...page, deliveries: page.deliveries.filter(({ frame }) => frame.payload) };
        },
      }),
      says: /^What the history keeps: at 0/,
    },
  },
};

mustCatch({ describe, it }, sizes, faults, (breaks = (inner) => inner) => ({ transport: breaks(memory()) }));
