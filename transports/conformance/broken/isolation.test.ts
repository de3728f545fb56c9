import { describe, it } from "vitest";
import { memory } from "../../memory/index.js";
import { isolation } from "../isolation.js";
import { type Faults, mustCatch, withName } from "./breaking.test-support.js";

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
};

mustCatch({ describe, it }, isolation, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory()),
}));
