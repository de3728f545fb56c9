/** A process that publishes to a folder, says so, and waits to be killed. */

import { frame, idOf } from "./frames.test-support.js";
import { postgres } from "./index.js";
import { openPGlite } from "./pglite.test-support.js";

const [folder, module, ...texts] = process.argv.slice(2);
const transport = postgres({ client: await openPGlite(folder, module) });
const ids: string[] = [];
for (const text of texts) ids.push(idOf((await transport.publish("a", [frame(text)]))[0]));
process.send?.(ids);
setInterval(() => {}, 1_000);
