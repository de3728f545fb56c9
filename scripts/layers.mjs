// @ts-check
/**
 * Who may import whom: the rules that `check-imports.mjs` enforces.
 *
 * A file belongs to the first layer whose `files` fit its path. In `may` stands
 * - a path (`*` any name, `**` any depth, `{a,b}` a choice), or `own` for the file's own folder of two levels,
 * - a package's name, `node:*` for Node's own modules, `any package` for all of these,
 * - `computed` for `import(expression)`, which no check can follow.
 * `type x` allows `import type` alone, `dynamic x` allows `await import("x")` alone.
 */

/** @typedef {{ files: string, may: string[], why: string }} Layer */
/** @typedef {{ files: string, may: string, because: string }} Exception */

const core = "src/*.ts";
const client = "src/client/**";
const server = "src/server/**";
const stream = "src/stream/**";
const contract = "src/{transport,wire,position,frame,errors,message,queue,duration,name}.ts";

/** @type {Layer[]} */
export const layers = [
  {
    files: core,
    may: [core],
    why: "core has no dependency and does no I/O, so that it runs wherever JavaScript does",
  },
  {
    files: client,
    may: [core, client, "transports/websocket/**", "transports/sse/**"],
    why: "a browser loads it: nothing of Node, of the server or of a package",
  },
  {
    files: server,
    may: [core, stream, server, "transports/memory/**"],
    why: "it serves Request → Response on any runtime, and is given its broker",
  },
  {
    files: stream,
    may: [core, stream],
    why: "both ends of a channel load it: the declaration, the server and the browser",
  },
  {
    files: "src/react/**",
    may: [core, stream, client, "src/react/**", "react"],
    why: "it is a thin layer over the client",
  },
  {
    files: "src/inngest/**",
    may: [core, client, server, "src/inngest/**"],
    why: "it translates between the public layers and an API of another vendor",
  },
  {
    files: "src/testing/**",
    may: [core, stream, client, server, "src/testing/**", "transports/**"],
    why: "users run it in their own tests: the test runner is passed in",
  },
  {
    files: "transports/conformance/**",
    may: [contract, "src/codec.ts", "own"],
    why: "it tests any transport under any test runner, which is passed in",
  },
  {
    files: "transports/brokers.test-support.ts",
    may: ["test-support/brokers/**"],
    why: "it gives the tests of transports their brokers",
  },
  {
    files: "transports/*/**",
    may: [contract, "own", "transports/log/**"],
    why: "a transport moves opaque frames by the contract, takes its client as an option, and knows no other transport",
  },
  {
    files: "codegen/**",
    may: ["src/{name,errors}.ts", "codegen/**", "node:*", "jiti", "unplugin", "vite", "computed"],
    why: "it runs at build time and shares only names and errors with core",
  },
  {
    files: "type-tests/**",
    may: ["type-tests/**", "any package", "computed"],
    why: "they see the package as its users do: by its own name",
  },
  {
    files: "examples/**",
    may: ["examples/**", "any package", "computed"],
    why: "they see the package as its users do: by its own name",
  },
  {
    files: "benchmarks/**",
    may: ["benchmarks/**", "test-support/**", "any package", "computed"],
    why: "they measure the package as its users load it: by its own name",
  },
  {
    files: "docs/**",
    may: ["docs/**", "any package", "computed"],
    why: "they see the package as its users do: by its own name",
  },
  {
    files: "test-support/**",
    may: ["test-support/**", "node:*", "dynamic pg"],
    why: "it starts real brokers for tests, scripts and benchmarks, and knows nothing of the package",
  },
  {
    files: "test/**",
    may: [
      ...["test/**", "test-support/**"],
      ...["halyard", "playwright-core", "ws", "node:*"],
      ...["vitest", "vite", "esbuild", "zod", "valibot", "arktype", "computed"],
      ...["react", "react-dom"],
      ...["ioredis", "redis", "@nats-io/*", "pg", "postgres", "@electric-sql/pglite"],
    ],
    why: "end-to-end tests use the built package by its name, a browser, and what a user would bring",
  },
];

/** What single files may import beyond their layer. @type {Exception[]} */
export const exceptions = [
  {
    files: "test/examples/**",
    may: "examples/*/channels.ts",
    because: "what a page's user could forge is tried on the example's own channels",
  },
  {
    files: "src/schema.ts",
    may: "type @standard-schema/spec",
    because: "schemas are known by this interface",
  },
  { files: "src/server/tokens.ts", may: "fast-jwt", because: "one file signs and checks tokens" },
  { files: "src/server/node*.ts", may: "node:*", because: "the server's Node half" },
  { files: "src/server/node/**", may: "node:*", because: "the server's Node half" },
  {
    files: "src/server/node*.ts",
    may: "dynamic ws",
    because: "ws is an optional peer, loaded when asked for",
  },
  {
    files: "src/server/node/**",
    may: "dynamic ws",
    because: "ws is an optional peer, loaded when asked for",
  },
  {
    files: "src/testing/clock.ts",
    may: "dynamic @sinonjs/fake-timers",
    because: "it is an optional peer, loaded when asked for",
  },
  { files: "codegen/read.ts", may: "ts-morph", because: "one reader knows the compiler" },
  {
    files: "codegen/property/**",
    may: "src/codec.ts",
    because: "what is generated is tried with what the codec makes",
  },
  { files: "codegen/read/**", may: "ts-morph", because: "one reader knows the compiler" },
];

/** What `*.test.ts` and `*.test-support.ts` beside the sources may import beyond their layer. */
export const inTests = [
  ...[
    "vitest",
    "zod",
    "valibot",
    "arktype",
    "ws",
    "hono",
    "express",
    "node:*",
    "computed",
    "fast-check",
    "esbuild",
  ],
  ...["ajv", "ajv-formats", "effect", "@valibot/to-json-schema", "react-dom"],
  ...["ioredis", "redis", "@nats-io/*", "pg", "postgres", "@electric-sql/pglite"],
  ...["src/testing/**", "transports/conformance/**", "transports/log/**", "transports/memory/**"],
  "transports/brokers.test-support.ts",
];

/** A file is at most this long. */
export const maxLines = 300;

/** Files that may be longer, each with its reason. @type {Record<string, string>} */
export const longFiles = {
  "examples/scan/page/channels.gen.ts": "`halyard generate` writes it",
  "examples/vite-react/src/channels.gen.ts": "`halyard generate` writes it",
};
