/** Cases: the signal of a subscription. */
import { check, same, settle } from "./assert.js";
import type { ConformanceCase } from "./case.js";
import { flush } from "./flush.js";
import { frames } from "./frames.js";

/** A signal whose abort listeners are counted. */
function countedSignal() {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: EventListener, options?: AddEventListenerOptions) => {
    listeners.add(listener);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listeners.delete(listener);
    remove(type, listener);
  };
  return { controller, signal, listeners };
}

export const aborting: readonly ConformanceCase[] = [
  {
    name: "rejects a subscribe whose signal is aborted already",
    why: "The caller has gone; a subscription that nobody ends would stay.",
    async run(context) {
      const { transport, channel, recorder, soon } = context;
      const reason = new Error("gone");
      const sink = recorder();
      const attempt = () => transport.subscribe(channel(), { signal: AbortSignal.abort(reason) }, sink);
      const outcome = await soon(settle(attempt), "subscribe to settle");
      check("error" in outcome, "subscribe resolved, though its signal was aborted before.");
      check(
        outcome.error === reason,
        `subscribe rejected with ${outcome.error}, not with the signal's reason.`,
      );
      await flush(context, channel());
      same(sink.calls, 0, "The calls of its sink");
    },
  },
  {
    name: "ends a subscribe that is aborted while it is under way",
    why: "As above, a moment later. It may also resolve: then the subscription has ended already.",
    async run(context) {
      const { transport, channel, recorder, soon } = context;
      const controller = new AbortController();
      const reason = new Error("gone");
      const sink = recorder();
      const attempt = settle(() => transport.subscribe(channel(), { signal: controller.signal }, sink));
      controller.abort(reason);
      const outcome = await soon(attempt, "subscribe to settle");
      if ("error" in outcome) check(outcome.error === reason, `subscribe rejected with ${outcome.error}.`);
      await flush(context, channel());
      same(sink.calls, 0, "The calls of its sink");
    },
  },
  {
    name: "ends a replay that is aborted by who receives it",
    why: "A page that leaves while it catches up isn't sent the rest.",
    needs: ["replay"],
    async run(context) {
      const { transport, channel, recorder, send, soon } = context;
      const [first = ""] = await send(channel(), frames(20));
      const controller = new AbortController();
      const sink = recorder();
      sink.onDeliver = () => controller.abort();
      const at = { after: first, signal: controller.signal };
      const attempt = settle(() => transport.subscribe(channel(), at, sink));
      await sink.count(1);
      await soon(attempt, "subscribe to settle");
      await flush(context, channel());
      same(sink.calls, 1, "The calls of its sink, which aborts in the first");
    },
  },
  {
    name: "ends a subscription whose signal is aborted",
    why: "Who aborts has nothing else to end it with.",
    async run(context) {
      const { channel, listen, send } = context;
      const controller = new AbortController();
      const { sink } = await listen(channel(), { signal: controller.signal });
      await send(channel(), frames(1));
      await sink.count(1);
      controller.abort();
      await flush(context, channel());
      same(sink.calls, 1, "The calls of its sink, the first of them before the abort");
    },
  },
  {
    name: "lets go of a signal",
    why: "One signal may stand for a whole server: it would gather a listener per subscription.",
    async run({ channel, listen }) {
      const { signal, listeners } = countedSignal();
      for (let i = 0; i < 5; i++) {
        const { subscription } = await listen(channel(), { signal });
        subscription.unsubscribe();
      }
      same(listeners.size, 0, "The abort listeners after as many unsubscribes as subscribes");
    },
  },
];
