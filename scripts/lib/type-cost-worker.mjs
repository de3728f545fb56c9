// @ts-check
/** Counts for one compiler, in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { marginalsBy } from "../../benchmarks/types/count.mjs";
import { costsOf } from "../../benchmarks/types/rows.mjs";

const { compiler, measured } = workerData;
parentPort?.postMessage(await costsOf(measured, marginalsBy(compiler)));
