import { realtime, staticSchema } from "halyard";

const schema = staticSchema<string>();

// biome-ignore-start lint/suspicious/noThenProperty: that it is refused, is the test.
// A reserved name gets a sentence: `The topic name "name" is reserved: choose another.`
// @ts-expect-error
realtime.channel({ name: "x", topics: { name: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { topics: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { then: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { constructor: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { toString: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { ["__proto__"]: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { $infer: { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { "~channel": { schema } } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { "": { schema } } });
// @ts-expect-error One of several.
realtime.channel({ name: "x:{a}", topics: { fine: { schema }, name: { schema } } });
// @ts-expect-error In a channel by function.
realtime.channel({ name: (id: string) => `x:${id}`, topics: { then: { schema } } });
// biome-ignore-end lint/suspicious/noThenProperty: as above

// What only resembles one is fine.
realtime.channel({
  name: "x",
  topics: { names: { schema }, parse: { schema }, a$: { schema }, "a-b": { schema } },
});

// A topic needs a Standard Schema.
// @ts-expect-error
realtime.channel({ name: "x", topics: { a: {} } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { a: schema } });
// @ts-expect-error
realtime.channel({ name: "x", topics: { a: { schema: String } } });
// @ts-expect-error A name and topics are needed.
realtime.channel({ name: "x" });
// @ts-expect-error
realtime.channel({ name: 5, topics: { a: { schema } } });
// @ts-expect-error A name function gives text.
realtime.channel({ name: () => 5, topics: { a: { schema } } });
