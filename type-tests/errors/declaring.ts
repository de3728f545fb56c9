/** Mistakes in declarations. Above each stands the sentence that the compiler says. */
import { type Realtime, realtime, registry, staticSchema } from "halyard";
import { z } from "zod";

declare const foreign: { parse(value: unknown): string };
const schema = z.object({ message: z.string(), step: z.string().optional(), at: z.number() });

// says: A topic is { schema: … } with a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>().
realtime.channel({ name: "a", topics: { status: schema } });

// says: A schema is a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>().
realtime.channel({ name: "a", topics: { status: { schema: { message: "string" } } } });

// says: A schema is a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>().
realtime.channel({ name: "a", topics: { status: { schema: foreign } } });

// says: A topic is { schema: … } with a Standard Schema (zod, valibot, arktype, …) or staticSchema<T>().
realtime.channel({ name: "a", topics: { status: {} } });

// says: A channel needs a topic: topics: { status: { schema: … } }.
realtime.channel({ name: "a", topics: {} });

// says: The topic name "name" is reserved: choose another.
realtime.channel({ name: "a", topics: { name: { schema } } });

// says: The topic name "$status" is reserved: choose another.
realtime.channel({ name: "a:{id}", topics: { $status: { schema }, log: { schema } } });

// says: A channel's name needs at least one character.
realtime.channel({ name: "", topics: { status: { schema } } }).status;

// says: Write {runId} without the "$": a pattern is a plain string.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the mistake.
realtime.channel({ name: "run:${runId}", topics: { status: { schema } } })({ runId: "42" });

// says: Put a character such as ":" before {b}
realtime.channel({ name: "run:{a}{b}", topics: { status: { schema } } })({ a: "1", b: "2" });

// says: Put a character such as ":" before {b}
realtime.channel({ name: "run:{a}x9{b}", topics: { status: { schema } } })({ a: "1", b: "2" });

// says: The param {id} stands twice: give each a name of its own.
realtime.channel({ name: "run:{id}:{id}", topics: { status: { schema } } })({ id: "42" });

// says: {run-id} is no param: a letter, then letters, digits and "_", stand between the braces.
realtime.channel({ name: "run:{run-id}", topics: { status: { schema } } })({ "run-id": "42" });

// says: {} is no param: a letter, then letters, digits and "_", stand between the braces.
realtime.channel({ name: "run:{}", topics: { status: { schema } } })("42");

// says: A brace of this pattern stands alone: write each param as {name}.
realtime.channel({ name: "run:{id", topics: { status: { schema } } })({ id: "42" });

// says: A brace of this pattern stands alone: write each param as {name}.
realtime.channel({ name: "run:id}", topics: { status: { schema } } }).status;

// says: Only a pattern has params to parse: name it like "run:{id}", or leave params out.
realtime.channel({ name: "run", params: z.object({ id: z.string() }), topics: { status: { schema } } });

// says: Only a pattern has params to parse: name it like "run:{id}", or leave params out.
realtime.channel({
  name: ({ id }: { id: number }) => `run:${id}`,
  params: z.object({ id: z.string() }),
  topics: { status: { schema } },
});

// says: The params schema must give each param of the pattern, and nothing else.
realtime.channel({
  name: "run:{id}",
  params: z.object({ id: z.string(), ip: z.string().default("") }),
  topics: { status: { schema } },
});

// says: A name's params are texts: its schema must take strings, as z.coerce.number() does for a number.
realtime.channel({ name: "run:{id}", params: z.object({ id: z.number() }), topics: { status: { schema } } });

// says: A param is a string, a number, a bigint or a boolean: a name must say it.
realtime.channel({
  name: "run:{id}",
  params: z.object({ id: z.coerce.date() }),
  topics: { status: { schema } },
});

// says: params is a Standard Schema, such as z.object({ id: z.coerce.number() }).
realtime.channel({ name: "run:{id}", params: { id: "number" }, topics: { status: { schema } } });

const topics = { status: { schema } };
const news = realtime.channel({ name: "news", topics });
const chat = realtime.channel({ name: "chat:{room}", topics });
const member = realtime.channel({ name: "chat:{room}:{user}", topics });
const lobby = realtime.channel({ name: "chat:lobby", topics });
const run = realtime.channel({ name: ({ id }: { id: string }) => `run:${id}`, topics });
registry({ news, chat });

// says: A registry takes channels with a literal name or a pattern: a function's names can't be read back.
registry({ news, run });

// says: Two channels of this registry can have one name: rename one.
registry({ news, chat, member });

// says: Two channels of this registry can have one name: rename one.
registry({ chat, lobby });

// says: Two channels of this registry can have one name: rename one.
registry({ news, again: realtime.channel({ name: "news", topics }) });

// says: No channel of this registry has this name.
registry({ news, chat }).channel("chats:1");

// says: Give the payload's type: staticSchema<{ text: string }>().
export const untold: Realtime.Input<typeof untyped.text> = { text: "Hello" };
const untyped = realtime.channel({ name: "untyped", topics: { text: { schema: staticSchema() } } });

// says: Write the types of the name function's parameters: ({ id }: { id: string }) => …
realtime.channel({ name: ({ id }) => `run:${id}`, topics })({ id: "42" });

// says: Two channels of this registry can have one name: rename one.
registry({ root: realtime.channel({ name: "{x}", topics }), chat });
