/** The memory transport: one process, no broker. The default, and the reference for other transports. */
import { type MemoryOptions, readOptions } from "./options.js";
import { createMemory, type MemoryTransport } from "./transport.js";

export type { MemoryOptions } from "./options.js";
export type { MemorySupports, MemoryTransport } from "./transport.js";

/**
 * A transport within this process: nothing to install, and nothing is encoded. It replays what it keeps, remembers
 * idempotency keys, and has a bound on all that it holds. Other processes don't see its messages, and with the process
 * its history ends: a subscriber who resumes afterwards is told of a gap.
 *
 * Throws `INVALID_OPTIONS`.
 *
 * @example
 * ```ts
 * const transport = memory({ history: { count: 1_000, age: "1h" }, totalBytes: 16 * 1024 * 1024 });
 * ```
 */
export const memory = (options: MemoryOptions = {}): MemoryTransport =>
  createMemory(readOptions(options)).transport;
