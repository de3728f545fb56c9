/** What the terminal shows: what a client receives through the gateway, over a socket like any other, and nothing else. */
import type { Realtime } from "halyard";
import type { App } from "halyard/server";
import { createClient, type Gap, type Subscription, webSocket } from "halyard/client";
import { WebSocket } from "ws";
import { scan, scans } from "./channels.js";
import type { CurrentScan } from "./scanner.js";
import { createScreen } from "./screen.js";

type ScanMessage = Realtime.Message<ReturnType<typeof scan>>;
