/** A log transport on a broker that does as it is told, and what helps to try it. */
import { frame, payloadsOf } from "../conformance/frames.js";
import { Recorder } from "../conformance/recorder.js";
import { ArrayBroker, arrayLog, gone, type Telling } from "./array-log.test-support.js";
import { createLogTransport } from "./transport.js";

export const supports = { replay: true, keys: 60_000, maxBytes: 65_536, shared: true } as const;

export function setUp() {
  const broker = new ArrayBroker();
  const { transport, held } = createLogTransport({ name: "array", supports, log: arrayLog(broker) });
  const listen = async (after?: string, channel = "a") => {
    const sink = new Recorder(1_000);
    return { sink, ...(await transport.subscribe(channel, { after }, sink)) };
  };
  const send = async (...texts: string[]) => {
    const results = await transport.publish(
      "a",
      texts.map((text) => frame(text)),
    );
    return results.map((result) => ("id" in result ? result.id : String(result.error)));
  };
  return { broker, transport, held, listen, send };
}

/** Holds back whatever the broker would tell. */
export function silence(broker: ArrayBroker): Telling[] {
  const untold: Telling[] = [];
  broker.tell = (telling) => untold.push(telling);
  return untold;
}

/** Holds the answers of what is read from now on, though the broker has read it, until the function is called. */
export function holdReads(broker: ArrayBroker): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isOnItsWay = true;
  broker.travel = async (what) => {
    if (what !== "read") return;
    if (!isOnItsWay) await released;
    isOnItsWay = !isOnItsWay;
  };
  return () => {
    broker.travel = async () => {};
    release();
  };
}

export const tellAll = ({ after, deliveries, watcher }: Telling): void => watcher.stored(after, deliveries);

/** Makes the broker fail whatever of this kind is asked of it, until the function that this gives is called. */
export function fail(broker: ArrayBroker, what: string): () => void {
  broker.travel = async (call) => {
    if (call === what) throw gone();
  };
  return () => {
    broker.travel = async () => {};
  };
}

export const texts = (...all: string[]) => payloadsOf(all.map((text) => frame(text)));
