/** A sound transport that is shared: two instances on one broker. */
import { RealtimeError } from "../../../src/errors.js";
import type { Sink, TransportSubscription } from "../../../src/transport.js";
import type { Historian } from "./breaking.test-support.js";

/** Two instances on one broker, which is a transport within this process. */
export function pair(broker: Historian) {
  return { transport: instance(broker), peer: instance(broker), cleanup: () => broker.close() };
}

function instance(broker: Historian): Historian {
  const open = new Map<object, { sink: Sink; subscription: TransportSubscription }>();
  let isClosed = false;
  const enter = () => {
    if (isClosed) throw new RealtimeError("CLOSED", "pair: the transport is closed.");
  };
  return {
    name: "pair",
    supports: { ...broker.supports, shared: true },
    async publish(channel, frames) {
      enter();
      return broker.publish(channel, frames);
    },
    async subscribe(channel, at, sink) {
      enter();
      const { position, unsubscribe } = await broker.subscribe(channel, at, sink);
      const id = {};
      const end = () => {
        open.delete(id);
        unsubscribe();
      };
      open.set(id, { sink, subscription: { position, unsubscribe } });
      if (isClosed) fail();
      return { position, unsubscribe: end };
    },
    async history(channel, query) {
      enter();
      return broker.history(channel, query);
    },
    async close() {
      isClosed = true;
      fail();
    },
  };

  function fail() {
    const all = [...open.values()];
    open.clear();
    for (const { sink, subscription } of all) {
      subscription.unsubscribe();
      sink.fail(new RealtimeError("CLOSED", "pair: the transport is closed."));
    }
  }
}
