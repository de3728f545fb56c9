// @ts-check
/** A client of a server in another process; its address is the first argument. */
import { sse } from "halyard/client";
import { talk } from "./talk.mjs";

const [, , url = ""] = process.argv;
await talk(`${url}/api/realtime`, [sse()], (text) => fetch(`${url}/publish?text=${text}`));
await fetch(`${url}/bye`);
console.log("from Node");
