/** PGlite without its declarations, which need those of emscripten. */
import type { PGliteClient, PGliteTransaction } from "./clients.js";

export interface TestPGlite extends PGliteClient {
  transaction<T>(task: (tx: PGliteTransaction) => Promise<T>): Promise<T>;
  readonly waitReady: Promise<void>;
  close(): Promise<void>;
}

/** A PGlite that is ready: in memory, or in a folder. `module`: where it is imported from. */
export async function openPGlite(folder?: string, module = "@electric-sql/pglite"): Promise<TestPGlite> {
  const { PGlite } = (await import(module)) as { PGlite: new (folder?: string) => TestPGlite };
  const db = new PGlite(folder);
  await db.waitReady;
  return db;
}
