/**
 * Code generation from channels: what `halyard generate` does, for build scripts. Nothing here prints.
 *
 * @example
 * ```ts
 * import { generate, typescript } from "halyard/codegen";
 *
 * const { files } = await generate({ config: { outputs: [typescript({ out: "web/channels.gen.ts" })] } });
 * ```
 */
export { type Config, type ConfigInput, defineConfig } from "./config/config.js";
export { type ContractOptions, contract } from "./emit/contract.js";
export { type JsonSchemaOptions, type JsonSchemaTarget, jsonSchema } from "./emit/json-schema.js";
export { type TypescriptOptions, typescript } from "./emit/typescript.js";
export { defineEmitter, type EmitContext, type EmittedFile, type Emitter } from "./emitter.js";
export { CodegenError, type CodegenErrorCode, isCodegenError, type Place, type Problem } from "./errors.js";
export { type Checked, check, type GenerateOptions, generate, list } from "./generate.js";
export { isIdentifier, pascalCase } from "./identifier.js";
export type * from "./model.js";
export type { ProjectOptions } from "./project.js";
export type { Generated } from "./run.js";
export type { Phase } from "./session.js";
export { unionOf } from "./union.js";
export { visitTypes } from "./visit.js";
export { type WatchHandlers, type Watching, type WatchOptions, type WatchRun, watch } from "./watch/watch.js";
export { type Wire, wireOf } from "./wire.js";
export type { GeneratedFile } from "./write.js";
