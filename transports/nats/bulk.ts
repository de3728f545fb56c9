/** Reading many stored messages of one subject at once: by a consumer that lives as long as that takes. */
import type { NatsMessage, StoredMessage } from "./clients.js";
import type { Link } from "./link.js";
import { DEFAULT_MAX_PAYLOAD } from "./options.js";
import type { Stream } from "./stream.js";

/** Bytes that are asked for at once, at least: a message of any size must fit. */
const BYTES = 4 * DEFAULT_MAX_PAYLOAD;

/** Nanoseconds after which the server forgets a consumer that nobody uses. */
const FORGOTTEN = 10_000_000_000;

/** Messages of a subject from the number `from` on, in order: some of `count`, or none where there are none. */
export async function readMany(
  link: Link,
  stream: Stream,
  subject: string,
  from: number,
  count: number,
  timeout: number,
): Promise<StoredMessage[]> {
  const consumer = await stream.call(({ consumers }, name) =>
    consumers.add(name, {
      name: `halyard-${crypto.randomUUID()}`,
      filter_subject: subject,
      deliver_policy: "by_start_sequence",
      opt_start_seq: from,
      ack_policy: "none",
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: FORGOTTEN,
    }),
  );
  try {
    const batch = Math.min(count, consumer.num_pending);
    return batch < 1 ? [] : await pull(link, stream, consumer.name, batch, timeout);
  } finally {
    // In vain where the connection is lost: then the server forgets it by itself.
    stream.call(({ consumers }, name) => consumers.delete(name, consumer.name)).catch(() => {});
  }
}

async function pull(link: Link, stream: Stream, consumer: string, batch: number, timeout: number) {
  const { max_payload: most = DEFAULT_MAX_PAYLOAD } = link.connection.info ?? {};
  const request = JSON.stringify({ batch, max_bytes: Math.max(BYTES, 2 * most), no_wait: true });
  return link.call(async () => {
    const messages: StoredMessage[] = [];
    const answers = await link.connection.requestMany(stream.pullSubject(consumer), request, {
      strategy: "count",
      maxMessages: batch,
      maxWait: timeout,
      // They come under the subject that they are stored under, which is none that the client shares out answers by.
      noMux: true,
    });
    for await (const message of answers) {
      const seq = sequenceOf(message);
      // No message but a status: there are no more, or none that fits.
      if (seq === undefined) break;
      messages.push({ seq, subject: message.subject, data: message.data });
    }
    return messages;
  });
}

/**
 * The number under which a consumer's message is stored. It stands in the subject for the answer, which is
 * `$JS.ACK.stream.consumer.deliveries.number.…`, on some servers with two tokens more before the stream.
 */
function sequenceOf({ reply }: NatsMessage): number | undefined {
  const tokens = reply?.startsWith("$JS.ACK.") ? reply.split(".") : [];
  const seq = Number(tokens[tokens.length > 9 ? 7 : 5]);
  return Number.isSafeInteger(seq) && seq > 0 ? seq : undefined;
}
