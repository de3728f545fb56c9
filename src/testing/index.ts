/** For tests of your own: a client and an app in one process, a clock, faults, and the suite of transports. */
export {
  type Capability,
  type CaseContext,
  type ConformanceCase,
  type ConformanceSetup,
  conformanceCases,
  type Outage,
  type Transaction,
  type TransportConformanceOptions,
  transportConformance,
} from "../../transports/conformance/index.js";
export { type FakeClock, type FakeClockOptions, fakeClock } from "./clock.js";
export type { Fault, FaultScript, Faults, Passing } from "./faults.js";
export {
  type FaultyFetch,
  type FetchFault,
  type FetchFaultScript,
  faultyFetch,
  type PassingChunk,
} from "./faulty-fetch.js";
export { type FaultyWire, faultyWire } from "./faulty-wire.js";
export { type Fetch, handlerFetch } from "./handler-fetch.js";
export { type InProcessWire, inProcess } from "./in-process.js";
export { type Pair, type PairOptions, testPair } from "./pair.js";
export type { ContractOf, Equal, Expect, Keeps } from "./types.js";
