/** The SSE wire: requests by `fetch`, and frames of `docs/PROTOCOL.md` as server-sent events. */
import type { Wire } from "../../src/wire.js";

export interface SseOptions {
  /** Makes the requests, for headers or credentials of your own. Default: the global `fetch`, as it is at the time. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Reaches a gateway over HTTP alone: where WebSockets are blocked or missing, and what serves the page can't upgrade. Needs a
 * `fetch` whose responses can be read as streams, which browsers, workers and Node 20 have.
 *
 * What comes is read by the format that the HTML standard gives for `text/event-stream`
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * @example
 * ```ts
 * const client = createClient({ wires: [sse()] });
 * ```
 */
export const sse = ({ fetch }: SseOptions = {}): Wire => ({
  name: "sse",
  oneWay: true,
  connect(url, { open, frame, closed }) {
    // Of the present request.
    let present = new AbortController();
    let isOpen = false;

    function close(code: number, reason: string): void {
      if (present.signal.aborted) return;
      present.abort();
      closed(code, reason);
    }

    async function request(body: string, { signal }: AbortController): Promise<void> {
      let code = 1006;
      try {
        const response = await (fetch ?? globalThis.fetch)(url, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          signal,
        });
        if (response.status !== 200) code = 4000 + response.status;
        // A page of the site's, or of what stands between: no gateway answers there.
        else if (!/event-stream/i.test(String(response.headers.get("content-type")))) code = 4404;
        else {
          if (!isOpen && !signal.aborted) {
            isOpen = true;
            open();
          }
          await read(response.body as ReadableStream<Uint8Array>, signal);
          code = 1000;
        }
      } catch {
        // The network; or an abort, of which nothing is told.
      }
      if (!signal.aborted) close(code, code === 4404 ? "no gateway there" : "");
    }

    /** Tells what each event says, until the body ends. */
    async function read(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<void> {
      const reader = body.getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        // Two line ends end an event. The half of one that a next chunk brings is an event without data.
        const events = (rest + decoder.decode(value, { stream: true })).split(/(?:\r\n|\n|\r(?!\n)){2}/);
        rest = events.pop() as string;
        for (const event of events) {
          const lines = event.split(/\r\n?|\n/).filter((line) => /^data(:|$)/.test(line));
          const data = lines.map((line) => line.replace(/^data:? ?/, "")).join("\n");
          if (lines.length && !signal.aborted) frame(data);
        }
      }
    }

    return {
      send(text) {
        if (present.signal.aborted) return;
        present.abort();
        present = new AbortController();
        request(text, present);
      },
      close,
    };
  },
});
