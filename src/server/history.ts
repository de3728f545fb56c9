/** `app.history`: what is kept of a channel. */
import { RealtimeError } from "../errors.js";
import { readDelivery } from "../frame.js";
import type { AnyMessage } from "../message.js";
import type { Transport } from "../transport.js";
import type { HistoryResult } from "./app-types.js";
import { guard } from "./guard.js";
import { checkChannel, checkTopics } from "./references.js";

const DEFAULT_LIMIT = 100;

interface PlainHistoryOptions {
  readonly channel: unknown;
  readonly topics?: readonly string[];
  readonly after?: string;
  readonly limit?: number;
}

/** Reads a page. Rejects with `UNSUPPORTED` where the transport keeps none, or `INVALID_PAYLOAD` for what can't be read. */
export async function readHistory(
  transport: Transport,
  options: PlainHistoryOptions,
): Promise<HistoryResult<AnyMessage>> {
  const channel = checkChannel(options?.channel);
  const topics = new Set(checkTopics(channel, options.topics));
  const { after, limit = DEFAULT_LIMIT } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      `history: limit must be an integer, 1 or more; got ${String(limit)}.`,
    );
  }
  if (!transport.supports.replay || !transport.history) {
    throw new RealtimeError("UNSUPPORTED", `Transport "${transport.name}" keeps no history.`);
  }
  const history = transport.history.bind(transport);
  const page = await guard(transport, `read the history of "${channel.name}"`, () =>
    history(channel.name, { after, limit }),
  );
  const messages = page.deliveries
    .filter(({ frame }) => topics.has(frame.topic))
    .map((delivery) => readDelivery(channel.name, delivery));
  return { messages, gap: page.gap, position: page.position, more: page.more };
}
