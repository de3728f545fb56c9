import { describe, it } from "vitest";
import type { Delivery } from "../../../src/frame.js";
import { parsePosition } from "../../../src/position.js";
import type { GapReason } from "../../../src/transport.js";
import { memory } from "../../memory/index.js";
import { gaps } from "../gaps.js";
import { type Break, type Faults, mustCatch, withSink } from "./breaking.test-support.js";

/** Says nothing of gaps for this reason, or gives another reason. */
const hide =
  (reason: GapReason, instead?: GapReason): Break =>
  (inner) => ({
    ...withSink((sink) => ({
      gap(gap) {
        if (gap.reason !== reason) sink.gap(gap);
        else if (instead) sink.gap({ ...gap, reason: instead });
      },
    }))(inner),
  });

/** The same for `history`. */
const hideInHistory =
  (reason: GapReason): Break =>
  (inner) => ({
    ...inner,
    async history(channel, query) {
      const page = await inner.history(channel, query);
      return page.gap?.reason === reason && query.limit > 1 ? { ...page, gap: undefined } : page;
    },
  });

/** After a gap: live only. */
const forgetKept: Break = (inner) => ({
  ...inner,
  async subscribe(channel, at, sink) {
    const { gap } = await inner.history(channel, { after: at.after, limit: 1 });
    if (gap) sink.gap(gap);
    return inner.subscribe(channel, gap ? {} : at, sink);
  },
});

/** Tells of the gap only when the messages have been delivered. */
const gapLast = withSink((sink) => ({ gap: (gap) => queueMicrotask(() => sink.gap(gap)) }));

const faults: Faults = {
  "announces what was trimmed, then delivers what is kept": {
    "is silent on a trim": {
      break: hide("trimmed"),
      says: /^The gap of a subscription .*expected \["trimmed"/,
    },
    "is silent on a trim in its history": {
      break: hideInHistory("trimmed"),
      says: /^The gap of the history .*expected \["trimmed"/,
    },
    "goes on live after a gap": { break: forgetKept, says: /^What came after .*against what is kept: at 0/ },
    "announces a gap behind what follows it": {
      break: gapLast,
      says: /^The gap of a subscription|^The messages before/,
    },
    "announces a gap twice": {
      break: withSink((sink) => ({ gap: (gap) => [1, 2].forEach(() => void sink.gap(gap)) })),
      says: /^The messages before the gap .*expected \[0,0\], got \[0,1\]/,
    },
    "doesn't say after what": {
      break: withSink((sink) => ({ gap: ({ reason }) => sink.gap({ reason, after: undefined }) })),
      says: /^The gap of a subscription .*got \["trimmed",null\]/,
    },
  },
  "announces a position of another epoch": {
    "is silent on another epoch": {
      break: hide("epoch"),
      says: /^The gap of a subscription .*expected \["epoch"/,
    },
    "is silent on another epoch in its history": {
      break: hideInHistory("epoch"),
      says: /^The gap of the history .*expected \["epoch"/,
    },
    "looks at offsets alone": {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          const { position } = await inner.history(channel, { limit: 1 });
          const { epoch } = parsePosition(position) ?? { epoch: "" };
          return inner.subscribe(channel, { ...at, after: at.after?.replace("another-epoch", epoch) }, sink);
        },
      }),
      says: /^The gap of a subscription/,
    },
  },
  "announces a position of the future": {
    "is silent on the future": {
      break: hide("unknown"),
      says: /^The gap of a subscription .*expected \["unknown"/,
    },
    "takes it for another epoch": {
      break: hide("unknown", "epoch"),
      says: /expected \["unknown".*got \["epoch"/,
    },
    "waits for the future to come": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) =>
          inner.subscribe(channel, at.after?.endsWith(String(Number.MAX_SAFE_INTEGER)) ? {} : at, sink),
      }),
      says: /^The gap of a subscription/,
    },
  },
  "announces a position that is none": {
    "is silent on what is no position": { break: hide("unknown"), says: /^The gap of a subscription/ },
    "takes an empty position for none": {
      break: (inner) => ({
        ...inner,
        subscribe: (channel, at, sink) => inner.subscribe(channel, at.after === "" ? {} : at, sink),
      }),
      says: /^The gap of a subscription after ""/,
    },
    "reads positions leniently": {
      break: (inner) => {
        const read = (after: string | undefined) => after?.replace(/\.(0*)(\d+)(x|e3)?$/, ".$2");
        return {
          ...inner,
          subscribe: (channel, at, sink) => inner.subscribe(channel, { ...at, after: read(at.after) }, sink),
        };
      },
      says: /^The gap of a subscription/,
    },
    throws: {
      break: (inner) => ({
        ...inner,
        async subscribe(channel, at, sink) {
          if (at.after !== undefined && !parsePosition(at.after)) throw new Error("Bad position");
          return inner.subscribe(channel, at, sink);
        },
      }),
      says: /^Bad position/,
    },
  },
  "announces what is trimmed while it is replayed": {
    "reads on where the history now begins, and says nothing": {
      break: hide("trimmed"),
      says: /^A replay that trimming overtook: .* was lost without a gap/,
    },
    "announces the gap behind what follows it": {
      break: gapLast,
      says: /^A replay that trimming overtook: .* was lost without a gap/,
    },
    "begins anew where it finds a gap": {
      break: withSink((sink) => {
        let last: readonly Delivery[] = [];
        return {
          deliver(deliveries) {
            sink.deliver([...last.slice(0, 1), ...deliveries]);
            last = deliveries;
          },
        };
      }),
      says: /^A replay that trimming overtook: .* came twice/,
    },
  },
};

mustCatch({ describe, it }, gaps, faults, (breaks = (inner) => inner) => ({
  transport: breaks(memory({ history: { count: 100 } })),
}));
