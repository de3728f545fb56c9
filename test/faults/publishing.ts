/** Publishes what the plan says, through the publishers' processes, and keeps the ledger of what came of it. */
import type { Ledger, Violation } from "./ledger.js";
import type { PlannedMessage } from "./plan.js";
import type { PublishCall, Report } from "./worker/protocol.js";
import type { WorkerProcess } from "./worker-process.js";

/** In the place of a code, where a process died before it could answer. */
const DIED = "(its process died)";
/** Errors that say that a message may be stored or not: the broker is in trouble, or the process is. */
const troubles = new Set(["TRANSPORT_FAILED", "OVERLOADED", DIED]);
/** Milliseconds until a failed message is published again. */
const PAUSE = 250;
/** How often a message without a key is published at most. */
const ATTEMPTS = 3;

interface Pending {
  readonly message: PlannedMessage;
  readonly publisher: number;
}

export interface Publishing {
  readonly problems: Violation[];
  /** By code, how often publishing failed. */
  readonly failures: ReadonlyMap<string, number>;
  publish(publisher: number, messages: readonly PlannedMessage[]): void;
  /** From the publisher's process. */
  report(report: Report): void;
  /** A publisher's process died. */
  died(publisher: number): void;
  /** What waits for an answer, or to be published again. */
  readonly unsettled: number;
  /** Publishes nothing again any more. */
  stop(): void;
}

export function createPublishing(
  ledger: Ledger,
  publishers: readonly WorkerProcess[],
  nameOf: (channel: number) => string,
): Publishing {
  const pending = new Map<number, Pending>();
  const retries = new Set<NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const problems: Violation[] = [];
  let calls = 0;

  function send(publisher: number, messages: readonly PlannedMessage[]): void {
    const worker = publishers[publisher];
    if (!worker?.isUp) {
      for (const message of messages) later(message, publisher);
      return;
    }
    const commands = messages.map((message): PublishCall => {
      const { n, channel, topic, key, size } = message;
      const call = ++calls;
      ledger.call({ n, channel: nameOf(channel), topic, key }, `publisher ${publisher}`);
      pending.set(call, { message, publisher });
      return { call, n, channel, topic, key, size };
    });
    worker.send({ type: "publish", calls: commands });
  }

  function later(message: PlannedMessage, publisher: number): void {
    const timer = setTimeout(() => {
      retries.delete(timer);
      send(publisher, [message]);
    }, PAUSE);
    retries.add(timer);
  }

  function fail(call: number, code: string, text: string): void {
    const one = pending.get(call);
    if (!one) return;
    pending.delete(call);
    const { message, publisher } = one;
    ledger.fail(message.n);
    failures.set(code, (failures.get(code) ?? 0) + 1);
    if (!troubles.has(code)) {
      problems.push({
        kind: "ack",
        at: `publisher ${publisher}`,
        what: `publish failed with ${code}: ${text}`,
      });
      return;
    }
    const tries = ledger.entries.get(message.n)?.calls ?? 0;
    if (message.isRetried && (message.key !== undefined || tries < ATTEMPTS)) later(message, publisher);
  }

  return {
    problems,
    failures,
    publish(publisher, messages) {
      send(publisher, messages);
      const twins = messages.filter(({ isTwin }) => isTwin);
      if (twins.length > 0) send((publisher + 1) % publishers.length, twins);
    },
    report(report) {
      if (report.type === "done") {
        const one = pending.get(report.call);
        pending.delete(report.call);
        if (one) ledger.ack(one.message.n, report.id);
      }
      if (report.type === "failed") fail(report.call, report.code, report.message);
    },
    died(publisher) {
      for (const [call, one] of pending) if (one.publisher === publisher) fail(call, DIED, "");
    },
    get unsettled() {
      return pending.size + retries.size;
    },
    stop() {
      for (const timer of retries) clearTimeout(timer);
      retries.clear();
    },
  };
}
