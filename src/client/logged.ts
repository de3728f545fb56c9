/** A wire that prints what goes over it, in plain words: for whoever wonders why nothing arrives. */
import { guard } from "../handlers.js";
import { bytesText, closeText, oneLine, timeText } from "../log-text.js";
import type { Wire } from "../wire.js";
import { createWords } from "./words.js";

/** Gets a line of text, without the time. */
export type WireLog = (line: string) => void;

/**
 * Wraps a wire so that it prints what happens on it: connecting, what is subscribed to, messages by topic with their size, gaps,
 * refusals, why a line was closed, and when the next one is tried. Never a token, never a payload. The lines are for people, and
 * may change. Make it once, as any wire: clients and subscriptions that share a wire share a connection.
 *
 * `log` gets each line. Default: `console.info`.
 *
 * @example
 * ```ts
 * const client = createClient({ wires: [logged(webSocket()), logged(sse())] });
 * ```
 */
export function logged(wire: Wire, log: WireLog = toConsole): Wire {
  const say = (text: string) => void guard(log, oneLine(`${wire.name}: ${text}`), undefined);
  // When the last line was closed: from there on, the client waits before it tries again.
  let closedAt: number | undefined;
  return {
    name: wire.name,
    ...(wire.oneWay !== undefined && { oneWay: wire.oneWay }),
    connect(url, events) {
      const startedAt = Date.now();
      const words = createWords();
      let isOurs = false;
      const tell = (text: string | undefined) => text && say(text);
      // What stands behind the path may be a secret of the user's.
      const address = url.replace(/[?#].*$/, "").replace(/\/\/[^/]*@/, "//");
      const wait =
        closedAt === undefined ? "" : ` again, ${timeText(startedAt - closedAt)} after the last line ended`;
      say(`connects to ${address}${wait}`);
      try {
        const connection = wire.connect(url, {
          open() {
            say(`open after ${timeText(Date.now() - startedAt)}`);
            events.open();
          },
          frame(text) {
            tell(words.received(text, (count) => `${count}, ${bytesText(sizeOf(text))}`));
            events.frame(text);
          },
          closed(code, reason) {
            closedAt = Date.now();
            const by = isOurs ? "closed by this client" : "closed";
            say(`${by} (${closeText(code, reason)}) after ${timeText(closedAt - startedAt)}`);
            events.closed(code, reason);
          },
        });
        return {
          send(text) {
            for (const line of words.sent(text)) say(line);
            connection.send(text);
          },
          close(code, reason) {
            isOurs = true;
            connection.close(code, reason);
          },
        };
      } catch (error) {
        say(`can't connect: ${Object(error).message ?? "see the error"}`);
        throw error;
      }
    },
  };
}

const sizeOf = (text: string) => new TextEncoder().encode(text).length;

function toConsole(line: string): void {
  // biome-ignore lint/suspicious/noConsole: it was asked for.
  console.info(`[halyard] ${line}`);
}
