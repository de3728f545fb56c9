/** What the page consists of, read from disk: its own files, and the package's as a browser loads them. No bundler. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Where the package is installed: here, its own repository. */
const packageRoot = path.dirname(fileURLToPath(import.meta.resolve("halyard/package.json")));
/** The compiled page lies beside this file, the rest of it in the sources. */
const compiledPage = fileURLToPath(new URL("page/", import.meta.url));
const sourcePage = path.join(packageRoot, "examples", "scan", "page");

/** Where a path of the URL leads. Each folder is open for these kinds of files alone. */
const mounts = [
  { prefix: "/halyard/", folder: path.join(packageRoot, "dist"), endings: [".js"] },
  { prefix: "/page/", folder: compiledPage, endings: [".js"] },
  { prefix: "/page/", folder: sourcePage, endings: [".css", ".svg"] },
];

/** Where index.html leaves room for the import map. */
const PLACE_OF_MAP = /(<script type="importmap">)[^<]*/;

const types: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The file at a path of the URL, or `undefined` where there is none, or none that may be had. */
export async function serveAsset(pathname: string): Promise<Response | undefined> {
  const decoded = decode(pathname);
  for (const { prefix, folder, endings } of mounts) {
    if (!decoded?.startsWith(prefix)) continue;
    const file = path.resolve(folder, decoded.slice(prefix.length));
    // Nothing outside of the folder, whatever "..", "%2e" or "\" the path has.
    if (!file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep)) continue;
    const ending = path.extname(file);
    const content = endings.includes(ending) ? await readFile(file).catch(() => undefined) : undefined;
    if (content)
      return new Response(content, { headers: { "content-type": types[ending] ?? "", ...headers } });
  }
  return undefined;
}

/** The page. Its import map says where the browser finds the package's entries, as package.json's "exports" does. */
export async function servePage(): Promise<Response> {
  const manifest = JSON.parse(await readFile(path.join(packageRoot, "package.json"), "utf8"));
  const imports = Object.fromEntries(
    ["halyard", "halyard/client"].map((entry) => {
      const target: string = manifest.exports[entry.replace("halyard", ".")].default;
      return [entry, target.replace("./dist/", "/halyard/")];
    }),
  );
  const importMap = JSON.stringify({ imports });
  const html = await readFile(path.join(sourcePage, "index.html"), "utf8");
  const allowed = createHash("sha256").update(importMap).digest("base64");
  return new Response(html.replace(PLACE_OF_MAP, `$1${importMap}`), {
    headers: {
      ...headers,
      "content-type": "text/html; charset=utf-8",
      // Nothing from elsewhere: what the browser is given here is all that there is.
      "content-security-policy": `default-src 'self'; script-src 'self' 'sha256-${allowed}'; frame-ancestors 'none'`,
    },
  });
}

const headers = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };

function decode(pathname: string): string | undefined {
  try {
    const decoded = decodeURIComponent(pathname);
    return decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
}
