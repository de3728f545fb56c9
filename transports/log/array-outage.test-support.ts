/** Takes an array broker away, and brings it back. */
import { RealtimeError } from "../../src/errors.js";
import type { Outage } from "../conformance/setup.js";
import type { ArrayBroker } from "./array-log.test-support.js";

/** While it is gone, every way to the broker and back fails, and nobody is told of anything; then all read what they missed. */
export function outageOf(broker: ArrayBroker): Outage {
  const { travel, tell } = broker;
  let isGone = false;
  const check = () => {
    if (!isGone) return;
    const cause = new Error("connect ECONNREFUSED");
    throw new RealtimeError("TRANSPORT_FAILED", "array: the broker is gone.", { cause });
  };
  broker.travel = async (what) => {
    // To let go of it needs no broker.
    if (what !== "close") check();
    await travel(what);
    if (what !== "close") check();
  };
  broker.tell = (telling) => {
    if (!isGone) tell(telling);
  };
  return {
    async begin() {
      isGone = true;
    },
    async end() {
      isGone = false;
      for (const watchers of broker.watchers.values()) for (const watcher of watchers) watcher.changed();
    },
  };
}
