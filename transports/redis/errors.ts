/** What went wrong at the broker, and what to do about it. */
import { isRealtimeError, RealtimeError } from "../../src/errors.js";

interface Known {
  readonly is: RegExp;
  readonly says: string;
  /** The script didn't begin, so nothing was stored. */
  readonly refused?: true;
}

/** By the text of a broker's or a client's error, which Redis 6.2 puts behind a dash where a script was run. The first that fits. */
const KNOWN: readonly Known[] = [
  {
    is: /HALYARD told/,
    says: "it was stored, but the user may not PUBLISH, so that subscribers aren't told at once. Allow its channels (ACL: &<prefix>*)",
  },
  { is: /^HALYARD version/, says: "the server is too old: Redis 6.2 or later is needed", refused: true },
  {
    is: /^HALYARD INFO/,
    says: "the server doesn't tell its replication id, without which a failover could lose messages in silence",
    refused: true,
  },
  {
    is: /^HALYARD state|^WRONGTYPE/,
    says: "a key of the transport holds something else. Choose another prefix",
    refused: true,
  },
  {
    is: /^(NOAUTH|WRONGPASS|ERR invalid password)|unauthenticated/,
    says: "the server refuses the client's user or password",
    refused: true,
  },
  {
    is: /NOPERM|ACL failure|No permissions|user executing the script/i,
    says: "the client's user lacks a permission. The docs of the transport list the commands, keys and channels that it needs",
    refused: true,
  },
  {
    is: /(^|-)READONLY\b/,
    says: "the server is a read-only replica. Connect the client to the master",
    refused: true,
  },
  {
    is: /(^|-)OOM\b/,
    says: "the server is out of memory (maxmemory). Give it more, or keep a shorter history",
    refused: true,
  },
  {
    is: /(^|-)MISCONF\b/,
    says: "the server can't save to its disk, so it takes no writes. See its log",
    refused: true,
  },
  {
    is: /^(NOREPLICAS|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)\b/,
    says: "the server takes no writes for now",
    refused: true,
  },
  {
    is: /CROSSSLOT/,
    says: "the keys of a channel lie in several slots. Choose a prefix without braces",
    refused: true,
  },
  {
    is: /subscriber mode|in subscribe mode|context|monitoring mode/i,
    says: "the client is in subscriber mode. Give the transport one that only runs commands",
    refused: true,
  },
  {
    is: /client is closed|ClientClosed/i,
    says: "the client is closed, or not connected yet. Call `await client.connect()` before, and leave it open while the transport is in use",
    refused: true,
  },
  {
    is: /Connection is closed|ClientOffline|offline/i,
    says: "the client's connection is closed, or isn't made yet",
  },
  {
    is: /ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOST|Socket closed|Disconnects|MaxRetries|timed? ?out|startup nodes|slots cache|no node/i,
    says: "the server can't be reached. Check the client's URL, and that the server runs",
  },
];

/**
 * A broker's or a client's error as `TRANSPORT_FAILED`, with what to do. `doing` is such as `a publish to channel "x"`; `writes` where something would have been stored: then it
 * says whether it may have been.
 */
export function failure(doing: string, cause: unknown, writes = false): RealtimeError {
  if (isRealtimeError(cause)) return cause;
  const known = KNOWN.find(({ is }) => is.test(textOf(cause)));
  const why = known?.says ?? "the broker or its client refused it, for the reason in `cause`";
  const outcome =
    !writes || known?.says.startsWith("it was") ? "" : known?.refused ? " Nothing was stored." : UNKNOWN;
  return new RealtimeError("TRANSPORT_FAILED", `redis: ${doing} failed: ${why}.${outcome}`, { cause });
}

const UNKNOWN =
  " Whether it was stored is not known: publish again with an idempotency key, where it matters.";

/** What names a fault stands in the message, in the name of its class, or in those of a cause. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner =
    error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  const { code } = error as { code?: unknown };
  return [error.message, error.name, error.constructor.name, code ?? "", ...inner.map(textOf)].join(" ");
}

/** Whether it was the server that said no: to try again soon wouldn't help. */
export function isRefusal(error: unknown): boolean {
  const text = textOf(error);
  return (
    /^(NOAUTH|WRONGPASS|NOPERM|ERR|NOPROTO)\b/.test(text) ||
    KNOWN.find(({ is }) => is.test(text))?.refused === true
  );
}

/**
 * Rejects where a promise takes longer. `trouble` is what is known to be in the way, for the error's cause; `writes` as for
 * {@link failure}.
 */
export function within<T>(
  promise: Promise<T>,
  milliseconds: number,
  doing: string,
  trouble: () => unknown = () => undefined,
  writes = false,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const what = `redis: ${doing} failed: no answer within ${milliseconds} ms. Check that the server can be reached.`;
      const cause = trouble() ?? new Error("Timed out.");
      reject(new RealtimeError("TRANSPORT_FAILED", writes ? what + UNKNOWN : what, { cause }));
    }, milliseconds);
    const settle = <V>(how: (value: V) => void) => {
      return (value: V) => {
        clearTimeout(timer);
        how(value);
      };
    };
    promise.then(settle(resolve), settle(reject));
  });
}
