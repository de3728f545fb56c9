// @ts-check
/** Runs the example: `node run.mjs [--port N]`. Bundles the page, then starts the gateway (Node) and the app (Python). */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, runnerImport } from "vite";
import { findPython, needed } from "./python.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const { values } = parseArgs({ options: { port: { type: "string", default: "8000" } } });

const python = findPython();
if (!python) {
  console.error(
    `No Python here has ${needed.join(" and ")}. Install them, or set HALYARD_PYTHON to one that has.`,
  );
  process.exit(1);
}

await build({
  root: `${root}page`,
  configFile: false,
  logLevel: "warn",
  build: { outDir: "../dist", emptyOutDir: true },
});

/** Of this run alone; in production it comes from where you keep secrets, to both. */
const secret = process.env.HALYARD_SECRET ?? randomBytes(32).toString("base64");

// The app has to know where the gateway is, and the gateway whose pages it serves: first an address, then the app.
const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

const app = spawn(
  python,
  ["-m", "uvicorn", "main:app", "--app-dir", `${root}server`, "--port", values.port, "--no-access-log"],
  {
    env: {
      ...process.env,
      HALYARD_SECRET: secret,
      GATEWAY_URL: `http://127.0.0.1:${port}/api/realtime`,
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["ignore", "inherit", "pipe"],
  },
);
const ended = once(app, "exit");
let said = "";
/** @type {Promise<string>} Its address, which is the page's. */
const started = new Promise((resolve, reject) => {
  app.stderr.setEncoding("utf8").on("data", (chunk) => {
    process.stderr.write(chunk);
    said += chunk;
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (origin) resolve(origin);
  });
  ended.then(() => reject(new Error("The app ended before it served.")), reject);
});

/** @type {{ module: typeof import("./gateway.js") }} */
const { module } = await runnerImport(`${root}gateway.ts`, { root, configFile: false });
const origin = await started.catch((error) => {
  console.error(error.message);
  process.exit(1);
});
const realtime = await module.serveGateway(server, { secret, origin });
console.log(origin);

async function stop() {
  app.kill();
  await ended;
  await realtime.close();
  server.closeAllConnections();
  server.close();
}
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
// One without the other is of no use.
ended.then(([code]) => {
  process.exitCode = code ?? 0;
  return stop();
});
