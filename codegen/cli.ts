#!/usr/bin/env node
/** The command `halyard`. All that it does is in `cli/`. */
import { main } from "./cli/main.js";

process.exitCode = await main(process.argv.slice(2), {
  cwd: process.cwd(),
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
});
