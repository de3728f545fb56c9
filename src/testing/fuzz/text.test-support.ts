/** Fuzzes what is read as text: tokens, names, streams of server-sent events. */
import { sse } from "../../../transports/sse/index.js";
import { parsePattern } from "../../name.js";
import type { Random } from "../../random.test-support.js";
import { createTokens } from "../../server/tokens.js";
import { ch, SECRET, URL_OF_GATEWAY } from "../channels.test-support.js";
import { json, mutateObject, mutateText, text } from "./inputs.test-support.js";
import { check, checkError, type Target } from "./target.test-support.js";

const tokens = createTokens(() => SECRET);
const signed = ["u1", undefined].map((subject) =>
  tokens.sign({ channel: ch.name, topics: ["a"], publish: [], subject }, "1d"),
);
const TOKEN_CODES = ["TOKEN_MALFORMED", "TOKEN_INVALID", "TOKEN_EXPIRED"];

const base64 = (value: string) => Buffer.from(value).toString("base64url");
const read = (part: string | undefined) => JSON.parse(Buffer.from(part ?? "", "base64url").toString());

/** A token that wasn't signed: changed in its text, its header or its claims, or put together of two. */
function forge(random: Random): string {
  const key = random.pick(signed);
  const [header, claims, signature] = key.split(".");
  const other = random.pick(signed).split(".");
  switch (random.below(6)) {
    case 0:
      return `${base64(JSON.stringify(mutateObject(random, read(header))))}.${claims}.${signature}`;
    case 1:
      return `${header}.${base64(JSON.stringify(mutateObject(random, read(claims))))}.${signature}`;
    case 2:
      return `${base64('{"alg":"none","typ":"JWT"}')}.${claims}.${random.pick(["", signature])}`;
    case 3:
      return random.list(random.below(5), () => random.pick([header, claims, signature, ...other])).join(".");
    case 4:
      return text(random, 30);
    default:
      return mutateText(random, key);
  }
}

export const tokenTarget: Target = {
  name: "token",
  attempt(random) {
    for (let i = 0; i < 10; i++) {
      const input = forge(random);
      if (signed.includes(input)) continue;
      try {
        tokens.verify(input);
      } catch (error) {
        const code = checkError(error, input);
        check(TOKEN_CODES.includes(code), `verify threw ${code}`, input);
        const { message } = error as Error;
        check(
          input.length < 20 || !message.includes(input.slice(0, 20)),
          "The error quotes the token",
          input,
        );
        continue;
      }
      check(false, "A token was taken that nobody signed", input);
    }
    return 10;
  },
};

const SEPARATORS = [":", "/", ".", "-", "~", "_", "::", "-.", "!", "é:"];

/** A pattern of one to three params, its separators before, between and behind them. */
function pattern(random: Random): string {
  const params = ["a", "b", "c"].slice(0, 1 + random.below(3)).map((name) => `{${name}}`);
  return (
    random.pick(["", "x:", "run-", "%"]) +
    params.join(random.pick(SEPARATORS)) +
    random.pick(["", ":end", "z"])
  );
}

export const nameTarget: Target = {
  name: "name",
  attempt(random) {
    const source = random.below(10) === 0 ? text(random, 20) : pattern(random);
    let parsed: ReturnType<typeof parsePattern>;
    try {
      parsed = parsePattern(source);
    } catch (error) {
      check(checkError(error, source) === "INVALID_PATTERN", "Not INVALID_PATTERN", source);
      return 1;
    }
    const names = new Map<string, string>();
    for (let i = 0; i < 20; i++) {
      const params = Object.fromEntries(parsed.params.map((name) => [name, text(random, 3)]));
      const input = { source, params };
      try {
        const name = parsed.format(params);
        const back = JSON.stringify(parsed.parse(name));
        check(back === JSON.stringify(params), `"${name}" gave ${back}`, input);
        check((names.get(name) ?? back) === back, `${names.get(name)} and ${back} have one name`, input);
        names.set(name, back);
        // Whatever else is taken for a name is the one that its params have.
        const near = mutateText(random, name);
        if (parsed.match(near))
          check(parsed.format(parsed.parse(near)) === near, `"${near}" was taken`, input);
      } catch (error) {
        const code = checkError(error, input);
        check(["INVALID_PARAMS", "INVALID_NAME"].includes(code), `format threw ${code}`, input);
      }
    }
    return 20;
  },
};

/** Events of a stream, and its text: with what the format allows beside, and ends of line of all three kinds. */
function stream(random: Random): { expected: string[]; body: string } {
  const expected: string[] = [];
  let body = random.pick(["", "", "\ufeff"]);
  for (let i = random.below(6); i > 0; i--) {
    const end = random.pick(["\n", "\r\n", "\r"]);
    const lines = JSON.stringify(json(random), null, random.below(2)).split("\n");
    const noise = () =>
      random.below(4) === 0
        ? `${random.pick([": a comment", ":", "event: x", "id", "retry: 5", "other:data"])}${end}`
        : "";
    body += noise();
    for (const line of lines) {
      // One space after the colon belongs to the format; a line that begins with one needs it.
      const space = line.startsWith(" ") ? " " : random.pick(["", " "]);
      body += `data:${space}${line}${end}${noise()}`;
    }
    body += end;
    expected.push(lines.join("\n"));
  }
  return { expected, body };
}

/** The same bytes in pieces, cut anywhere. */
function pieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.below(random.pick([1, 3, 30, 1000]));
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  return chunks;
}

/** What the wire makes of a body. */
function receive(chunks: readonly Uint8Array[]): Promise<string[]> {
  return new Promise((resolve) => {
    const frames: string[] = [];
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
    sse({ fetch })
      .connect(URL_OF_GATEWAY, {
        open: () => undefined,
        frame: (text) => frames.push(text),
        closed: (code) => resolve(code === 1000 ? frames : [`closed ${code}`]),
      })
      .send("{}");
  });
}

export const sseTarget: Target = {
  name: "sse",
  async attempt(random) {
    const { expected, body } = stream(random);
    const encoder = new TextEncoder();
    const good = encoder.encode(body);
    check(
      JSON.stringify(await receive(pieces(random, good))) === JSON.stringify(expected),
      `It should have given ${JSON.stringify(expected)}`,
      body,
    );
    // What is broken is read as if it came at once, however it comes.
    const broken = encoder.encode(mutateText(random, body));
    if (broken.length > 0) broken[random.below(broken.length)] = random.below(256);
    const [whole, cut] = await Promise.all([receive([broken]), receive(pieces(random, broken))]);
    check(
      JSON.stringify(whole) === JSON.stringify(cut),
      `In pieces it gave ${JSON.stringify(cut)}, at once ${JSON.stringify(whole)}`,
      [...broken],
    );
    return 2;
  },
};
