// @ts-check
/**
 * What `halyard`, `halyard/client` and `halyard/react` may use beside ECMAScript. `docs/runtimes.md` shows this list, and
 * `check-runtimes.mjs` holds both the code and the page to it.
 */

/**
 * @typedef {object} WebApi
 * @property {string} name A global.
 * @property {string[]} [members] What may be used of the global itself, as `URL.canParse` would be.
 * @property {string} use
 * @property {string} reactNative
 * @property {boolean} inReactNative Whether React Native brings it.
 */

/** @type {WebApi[]} */
export const webApis = [
  { name: "WebSocket", use: "the WebSocket wire", reactNative: "yes", inReactNative: true },
  {
    name: "fetch",
    use: "the SSE wire, `publish`",
    reactNative: "gives no response before its end, so `publish` alone",
    inReactNative: true,
  },
  { name: "AbortController", use: "the SSE wire, `publish`", reactNative: "yes", inReactNative: true },
  { name: "TextDecoder", use: "the SSE wire", reactNative: "0.85", inReactNative: false },
  { name: "TextEncoder", use: "`getEncodedStream()`", reactNative: "0.74", inReactNative: true },
  {
    name: "ReadableStream",
    use: "`getJsonStream()`, `getEncodedStream()`",
    reactNative: "no",
    inReactNative: false,
  },
  {
    name: "URL",
    use: "the gateway's address, payloads that hold a URL",
    reactNative: "0.84",
    inReactNative: true,
  },
  {
    name: "location",
    use: "a gateway's address that is a path; optional",
    reactNative: "no: give an absolute `url`",
    inReactNative: false,
  },
  {
    name: "addEventListener",
    use: "trying again when the network is back; optional",
    reactNative: "no",
    inReactNative: false,
  },
  { name: "removeEventListener", use: "the same", reactNative: "no", inReactNative: false },
  {
    name: "document",
    use: "`createChannelStore`: whether the page is hidden; optional",
    reactNative: "no: it stays connected",
    inReactNative: false,
  },
  {
    name: "requestAnimationFrame",
    use: "`createChannelStore`: a snapshot a frame; optional",
    reactNative: "yes",
    inReactNative: true,
  },
  { name: "cancelAnimationFrame", use: "the same", reactNative: "yes", inReactNative: true },
  { name: "atob", use: "payloads that hold bytes", reactNative: "0.74", inReactNative: true },
  { name: "btoa", use: "payloads that hold bytes", reactNative: "0.74", inReactNative: true },
  { name: "setTimeout", use: "pauses", reactNative: "yes", inReactNative: true },
  {
    name: "console",
    use: "`logged()` without a function of its own",
    reactNative: "yes",
    inReactNative: true,
  },
  { name: "clearTimeout", use: "pauses", reactNative: "yes", inReactNative: true },
  { name: "setInterval", use: "heartbeats", reactNative: "yes", inReactNative: true },
  { name: "clearInterval", use: "heartbeats", reactNative: "yes", inReactNative: true },
  { name: "queueMicrotask", use: "errors that nobody hears", reactNative: "yes", inReactNative: true },
  {
    name: "reportError",
    use: "errors that nobody hears; optional",
    reactNative: "no",
    inReactNative: false,
  },
];

/** The globals of ECMAScript 2022, section 19, less what browsers hand out to some pages only (`SharedArrayBuffer`, `Atomics`). */
export const ecmaScript = [
  ...["globalThis", "Infinity", "NaN", "undefined"],
  ...["eval", "isFinite", "isNaN", "parseFloat", "parseInt"],
  ...["decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent"],
  ...["AggregateError", "Array", "ArrayBuffer", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean"],
  ...["DataView", "Date", "Error", "EvalError", "FinalizationRegistry", "Float32Array", "Float64Array"],
  ...["Function", "Int8Array", "Int16Array", "Int32Array", "JSON", "Map", "Math", "Number", "Object"],
  ...["Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set", "String", "Symbol"],
  ...["SyntaxError", "TypeError", "Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array"],
  ...["URIError", "WeakMap", "WeakRef", "WeakSet"],
];

/** The list as `docs/runtimes.md` shows it. */
export const webApiTable = () =>
  [
    "| global | what for | React Native |",
    "|---|---|---|",
    ...webApis.map(({ name, use, reactNative }) => `| \`${name}\` | ${use} | ${reactNative} |`),
  ].join("\n");
