/** Optional peers: packages that are loaded where something needs them. */
import { failure } from "./errors.js";

/** Loads what needs a package. Rejects with `CODEGEN_MISSING_PEER` where that isn't installed. */
export async function loadPeer<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause, name)) throw cause;
    throw failure(
      "CODEGEN_MISSING_PEER",
      `${what} needs the package "${name}".`,
      `npm install -D ${name}`,
      cause,
    );
  }
}

const isMissing = (error: unknown, name: string) =>
  error instanceof Error &&
  "code" in error &&
  error.code === "ERR_MODULE_NOT_FOUND" &&
  error.message.includes(`'${name}'`);
