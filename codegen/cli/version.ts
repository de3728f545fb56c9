/** The version of this package. */
import { existsSync, readFileSync } from "node:fs";

/** Read from the package's manifest, which lies at another depth in the sources than in what is built of them. */
export function readVersion(): string {
  const manifest = ["../../package.json", "../../../package.json"]
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  const { version }: { version?: string } = manifest ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  return version ?? "unknown";
}
