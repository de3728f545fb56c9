import { describe, it } from "vitest";
import { memory } from "../../memory/index.js";
import { isolation } from "../isolation.js";
import { type Faults, mustCatch, withDelivery, withName, withSink } from "./breaking.test-support.js";

const withTopic = (change: (topic: string) => string) =>
  withDelivery(({ id, frame }) => ({ id, frame: { topic: change(frame.topic), payload: frame.payload } }));

const faults: Faults = {
  "keeps channels apart whose names begin alike": {
    "subscribes to a prefix": {
      break: (inner) => {
        const open = new Set<string>();
        return {
          ...inner,
          async publish(channel, frames) {
            for (const name of open) {
              if (name !== channel && channel.startsWith(name)) await inner.publish(name, frames);
            }
            return inner.publish(channel, frames);
          },
          subscribe(channel, at, sink) {
            open.add(channel);
            return inner.subscribe(channel, at, sink);
          },
        };
      },
      says: /^What came on channel ".*": at 1 expected .*last.*\(2 were expected, 28 came\)/,
    },
    "drops what it takes for a wildcard": {
      break: withName((name) => name.replace(/[*>]$/, "")),
      says: /^What came on channel/,
    },
    "reads the history of another": {
      break: (inner) => ({
        ...inner,
        history: (channel, query) => inner.history(channel.replace(/:a:b$/, ":a"), query),
      }),
      says: /^The history of channel ".*:a:b"/,
    },
  },
  "keeps channels apart whose names end alike": {
    "takes what comes last for the name": {
      break: withName((name) => name.slice(-48)),
      says: /^What came on channel/,
    },
    "resolves what looks like a path": {
      break: withName((name) => name.replace(/^\/\.\.\//, "/")),
      says: /^What came on channel/,
    },
    "reads the first braces as its own": {
      break: withName((name) => name.replace(/^\{(.*?)\}/, "$1")),
      says: /^What came on channel/,
    },
  },
  "takes every byte in a name": {
    "encodes bytes by their lower half": {
      break: withName((name) =>
        name.replace(/[\u0080-\u009f]/g, (char) => String.fromCharCode(char.charCodeAt(0) & 127)),
      ),
      says: /^What came on channel/,
    },
    "ends a name at NUL": {
      break: withName((name) => name.split("\0", 1).join()),
      says: /^What came on channel/,
    },
    "takes a character beyond 16 bits for one that can't be read": {
      break: withName((name) => name.replace(/[\u{10000}-\u{10ffff}]/gu, "?")),
      says: /^What came on channel/,
    },
  },
  "takes what brokers read as an instruction in a name": {
    "escapes, but not what it escapes with": {
      break: withName((name) => name.replaceAll("%2F", "/")),
      says: /^What came on channel/,
    },
    "joins levels that are empty": {
      break: withName((name) => name.replace(/([./])\1+/g, "$1")),
      says: /^What came on channel/,
    },
    "reads an upper-case escape as a lower-case one": {
      break: withName((name) => name.replace(/%2F/g, "%2f")),
      says: /^What came on channel/,
    },
  },
  "keeps channels apart whose names differ in case alone": {
    "writes names in lower case": {
      break: withName((name) => name.toLowerCase()),
      says: /^What came on channel ".*:room": at 1 .*:Room/,
    },
  },
  "takes every printable character in a name": {
    "puts one character for all that its broker doesn't allow": {
      break: withName((name) => name.replace(/[^\w:.-]/g, "_")),
      says: /^What came on channel/,
    },
    "encodes names, but not what it encodes with": {
      break: withName((name) => name.replace(/ /g, "+")),
      says: /^What came on channel/,
    },
    "trims names": { break: withName((name) => name.trim()), says: /^What came on channel/ },
  },
  "takes any script and control characters in a name": {
    "normalizes names": {
      break: withName((name) => name.normalize("NFC")),
      says: /^What came on channel ".*é"/,
    },
    "decodes names": {
      break: withName((name) => name.replaceAll("%00", "\0")),
      says: /^What came on channel/,
    },
    "drops control characters": {
      break: withName((name) => name.replace(/[\u007f\u0085]/g, "")),
      says: /^What came on channel/,
    },
    "keeps bytes rather than characters": {
      break: withName((name) =>
        name.replace(/[^\0-\xff]/g, (char) => String.fromCharCode(char.charCodeAt(0) & 255)),
      ),
      says: /^What came on channel/,
    },
  },
  "takes a name of 255 bytes": {
    "cuts off names": { break: withName((name) => name.slice(0, 254)), says: /^What came on channel/ },
    "cuts off names when they are encoded": {
      break: withName((name) => encodeURIComponent(name).slice(0, 255)),
      says: /^What came on channel/,
    },
  },
  "keeps the topic": {
    "writes topics in lower case": {
      break: withTopic((topic) => topic.toLowerCase()),
      says: /^The topics: at 1/,
    },
    "trims topics": { break: withTopic((topic) => topic.trim()), says: /^The topics: at 2/ },
    "cuts off topics": { break: withTopic((topic) => topic.slice(0, 128)), says: /^The topics: at 6/ },
    "knows one topic": { break: withTopic(() => "note"), says: /^The topics: at 0/ },
    "puts one topic for a whole batch": {
      break: withSink((sink) => ({
        deliver: (deliveries) => {
          const topic = deliveries[0]?.frame.topic ?? "";
          sink.deliver(deliveries.map(({ id, frame }) => ({ id, frame: { topic, payload: frame.payload } })));
        },
      })),
      says: /^The topics: at 1/,
    },
    "forgets topics in its history": {
      break: (inner) => ({
        ...inner,
        async history(channel, query) {
          const page = await inner.history(channel, query);
          const deliveries = page.deliveries.map(({ id, frame }) => ({ id, frame: { ...frame, topic: "" } }));
          return { ...page, deliveries };
        },
      }),
      says: /^The topics of the history: at 0/,
    },
  },
};

mustCatch({ describe, it }, isolation, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
