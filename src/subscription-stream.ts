/** Streams of a subscription's messages, for whoever pipes them on. */

/** A stream that asks for the next message when it has room. `detach` is called when nobody reads it any more. */
export const toStream = <T>(
  iterator: Pick<AsyncIterator<T, undefined>, "next">,
  detach: () => void,
): ReadableStream<T> =>
  new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: detach,
  });

/** JSON text as a server-sent event. */
export const toEvent = (json: string): Uint8Array => new TextEncoder().encode(`data: ${json}\n\n`);
