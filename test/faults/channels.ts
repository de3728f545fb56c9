/** The channels of a round, as its processes and its clients declare them. */
import { realtime, staticSchema } from "halyard";

export interface Payload {
  readonly n: number;
  readonly pad: string;
}

/** A validator that takes a moment: what was published after it has to wait its turn. */
const checked = {
  "~standard": {
    version: 1,
    vendor: "faults",
    types: undefined as { readonly input: Payload; readonly output: Payload } | undefined,
    async validate(value: unknown) {
      // What is published here is typed.
      const payload = value as Payload;
      // Another time for each, and the same one again for a retry.
      if (payload.n % 3) await new Promise((resolve) => setTimeout(resolve, payload.n % 7));
      return { value: payload };
    },
  },
} as const;

/** `prefix` keeps rounds apart that share a broker. */
export const roomsOf = (prefix: string) =>
  realtime.channel({
    name: `${prefix}:{room}`,
    topics: {
      tick: { schema: staticSchema<Payload>() },
      note: { schema: staticSchema<Payload>() },
      checked: { schema: checked },
    },
  });

/** The name that a channel's number has: of characters that brokers use for themselves. */
export const roomName = (channel: number): string => `r.${channel} *>{é}`;

export const payloadOf = (n: number, size: number): Payload => ({ n, pad: "x".repeat(size) });
