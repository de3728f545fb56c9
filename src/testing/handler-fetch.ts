/** A `fetch` that asks a handler of this process. */

/** What asks a handler. The signature of `fetch`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` whose answers come from a handler, such as that of `createHandler`, without a socket. It aborts as the real
 * one does: the promise, or the body that is being read, fails with the signal's reason, and the handler learns that
 * its client is gone. A path is resolved against `http://localhost`.
 *
 * @example
 * ```ts
 * const fetch = handlerFetch(createHandler(app));
 * const client = createClient({ url: "http://localhost/api/realtime", wires: [sse({ fetch })] });
 * ```
 */
export function handlerFetch(handler: (request: Request) => Promise<Response>): Fetch {
  return async (input, init) => {
    const address = typeof input === "string" ? new URL(input, "http://localhost") : input;
    const request = new Request(address, init);
    const { signal } = request;
    signal.throwIfAborted();
    const response = await untilAborted(handler(request), signal);
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(abortable(response.body, signal), { status, statusText, headers });
  };
}

/** What comes after the signal is dropped: a body, so that whoever writes it learns that nobody reads. */
function untilAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      answer.then(
        ({ body }) => body?.cancel(signal.reason),
        () => undefined, // the caller has its reason
      );
      reject(signal.reason);
    };
    signal.addEventListener("abort", aborted);
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", aborted));
  });
}

/** A body that fails when the signal aborts, and then ends the one that it reads from. */
function abortable(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const aborted = { listener: () => undefined as unknown };
  const stop = () => signal.removeEventListener("abort", aborted.listener);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        aborted.listener = () => {
          controller.error(signal.reason);
          return reader.cancel(signal.reason);
        };
        signal.addEventListener("abort", aborted.listener);
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        if (!done) return controller.enqueue(value);
        stop();
        controller.close();
      },
      cancel(reason) {
        stop();
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead: a client that doesn't read holds the server back.
    { highWaterMark: 0 },
  );
}
