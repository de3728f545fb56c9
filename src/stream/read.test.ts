import { describe, expect, it } from "vitest";
import { realtime } from "../realtime.js";
import { staticSchema } from "../schema.js";
import { testPair } from "../testing/pair.js";
import { readStream } from "./read.js";
import { streamOf } from "./schema.js";

const chat = realtime.channel({
  name: "chat:{id}",
  topics: { answer: { schema: streamOf(staticSchema<string>()) }, other: { schema: staticSchema<number>() } },
});
const ch = chat({ id: "1" });

describe("readStream", () => {
  it("gives what app.stream published, through a gateway", async () => {
    const { app, client, close } = testPair();
    const subscription = await client.subscribe({ token: () => app.token({ channel: ch }), channel: ch });
    const readable = readStream(subscription, { topic: "answer" });
    const published = app.stream(ch.answer, ["Hello", ", ", "you"]);
    const got: string[] = [];
    for await (const text of readable) got.push(text);
    expect(got).toEqual(["Hello", ", ", "you"]);
    await published;
    await close();
  });
});
