/** For tests of your own: the suite that every transport must pass. */
export {
  type Capability,
  type CaseContext,
  type ConformanceCase,
  type ConformanceSetup,
  conformanceCases,
  type TransportConformanceOptions,
  transportConformance,
} from "../../transports/conformance/index.js";
