/** Node's own servers: `node:http` in front of a handler, and WebSocket sockets into the gateway. */
export type { GatewayOptions } from "../gateway/limits.js";
export { type NodeHandler, toNodeHandler } from "./http.js";
export { type ClosableServer, closeOnSignal, type SignalOptions } from "./signals.js";
export { type AttachedGateway, type AttachOptions, attachWebSocket } from "./websocket.js";
