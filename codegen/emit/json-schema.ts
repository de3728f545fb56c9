/** The emitter of JSON Schema: what travels on each channel, for readers in any language. */
import { defineEmitter, type EmitContext, type Emitter } from "../emitter.js";
import { failure } from "../errors.js";
import { evaluateChannels } from "../evaluate/evaluate.js";
import type { ChannelModel, Model } from "../model.js";
import { channelSchemas } from "./json-schema/channel.js";
import {
  definitionsKey,
  inDraft,
  type JsonSchema,
  type JsonSchemaTarget,
  META_SCHEMAS,
} from "./json-schema/schema.js";

export type { JsonSchemaTarget } from "./json-schema/schema.js";

export interface JsonSchemaOptions {
  /**
   * A folder with a slash behind it gets a file for each channel, `scan.schema.json`; a file gets all channels as its
   * definitions, `scan.message`. Default: `schemas/`.
   */
  readonly out?: string | undefined;
  /** Which draft of JSON Schema. Default: `"draft-2020-12"`. */
  readonly target?: JsonSchemaTarget | undefined;
  /**
   * Loads the modules that declare channels, and takes over what their validators say of themselves in JSON Schema: `min`,
   * `format`, `pattern`, `default`. This **runs your code**, in a thread of its own. Needs the package `jiti`. Default: false.
   */
  readonly evaluate?: boolean | undefined;
  /** Refuse members that a type hasn't. A new member then breaks those who check by an older schema. Default: false. */
  readonly strict?: boolean | undefined;
  /** Your numbers are never `NaN` or infinite: `number` doesn't take null, as which these travel. Default: false. */
  readonly finite?: boolean | undefined;
  /** What stands before the files' names in `$id`, such as `https://example.com/schemas/`. Default: nothing. */
  readonly base?: string | undefined;
}

/**
 * Writes JSON Schema: the messages of each channel as they travel, and what publishers give. Throws `CODEGEN_OPTIONS`
 * where there is no such draft, or `out` is a file that isn't called `….json`.
 *
 * @example
 * ```ts
 * export default defineConfig({ outputs: [typescript(), jsonSchema({ out: "schemas/", evaluate: true })] });
 * ```
 */
export function jsonSchema(options: JsonSchemaOptions = {}): Emitter {
  const { out = "schemas/", target = "draft-2020-12" } = options;
  if (!Object.hasOwn(META_SCHEMAS, target)) {
    const fix = Object.keys(META_SCHEMAS).join(" or ");
    throw failure("CODEGEN_OPTIONS", `jsonSchema: there is no target "${target}".`, fix);
  }
  if (!/(?:[\\/]|\.json)$/.test(out)) {
    const fix = `end it with ".json", or with a slash where it is a folder`;
    throw failure("CODEGEN_OPTIONS", `jsonSchema: the output "${out}" isn't called as JSON is.`, fix);
  }
  return defineEmitter({
    name: "json-schema",
    out,
    emit: (model, context) => emitJsonSchema(model, context, { ...options, target }),
  });
}

type Settled = JsonSchemaOptions & { readonly target: JsonSchemaTarget };

async function emitJsonSchema({ channels }: Model, context: EmitContext, options: Settled) {
  const vendors = options.evaluate ? await evaluateChannels(channels, context) : undefined;
  const { target, base = "" } = options;
  const key = definitionsKey(target);
  const print = (file: string, schema: JsonSchema) => {
    const head = { $schema: META_SCHEMAS[target], $id: base + encodeURI(file), $comment: context.mark };
    return `${JSON.stringify({ ...head, ...inDraft(schema, target) }, null, 2)}\n`;
  };
  const schemasOf = (channel: ChannelModel, prefix: string) =>
    channelSchemas(channel, {
      strict: options.strict ?? false,
      finite: options.finite ?? false,
      pointerTo: (name) => `/${key}/${encodeURIComponent(prefix + name)}`,
      hintsOf: (topic) => vendors?.hintsOf(channel.id, topic),
      note: noteFor(channel, context),
    });

  if (context.out.endsWith("/")) {
    return channels.map((channel) => {
      const path = `${channel.id}.schema.json`;
      const { message, definitions } = schemasOf(channel, "");
      const head = { title: channel.id, ...(channel.doc === undefined ? {} : { description: channel.doc }) };
      return { path, text: print(path, { ...head, ...message, $defs: definitions }) };
    });
  }
  const all = channels.flatMap((channel) => {
    const { message, definitions } = schemasOf(channel, `${channel.id}.`);
    const doc = channel.doc === undefined ? {} : { description: channel.doc };
    return Object.entries({ message: { ...doc, ...message }, ...definitions }).map(
      ([name, schema]): [string, JsonSchema] => [`${channel.id}.${name}`, schema],
    );
  });
  return print(context.out.split("/").at(-1) ?? "", { $defs: Object.fromEntries(all) });
}

/** Tells each thing once. */
function noteFor({ id }: ChannelModel, { warn, placeOf }: EmitContext): (path: string, why: string) => void {
  const told = new Set<string>();
  const place = placeOf(id);
  return (path, why) => {
    // What goes in is mostly what comes out.
    const what = `${path.replace(" (input)", "")}: ${why}`;
    if (told.has(what)) return;
    told.add(what);
    const message = `${path}: ${why}. What the types say is written there.`;
    warn({ code: "CODEGEN_SCHEMA", message, ...(place ? { place } : {}) });
  };
}
