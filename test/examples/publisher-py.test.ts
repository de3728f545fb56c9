/** The example fastapi-tokens: its `publisher.py`, before a real gateway on a line that breaks. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { realtime, registry, staticSchema } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { endAll, root, start } from "../support/process.js";

// The example's own way to a Python that has FastAPI; `npm run setup` goes by the same.
const { findPython } = await import(path.join(root, "examples/fastapi-tokens/python.mjs"));
const python: string | undefined = findPython();

const secret = "a secret of at least thirty-two characters";
const room = realtime.channel({
  name: "room:{id}",
  topics: { said: { schema: staticSchema<string>() }, at: { schema: staticSchema<Date>() } },
});

/** A gateway behind something that may answer first. Gives its address, and what was published. */
async function listen(first: (answer: RequestListener) => RequestListener = (answer) => answer) {
  const app = createRealtime({ secret, transport: memory() });
  const handler = createHandler(app, { channels: registry({ room }), publish: true });
  const server = createServer(first(toNodeHandler(handler)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await app.close();
    server.closeAllConnections();
    server.close();
  });
  const channel = room({ id: "1" });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/realtime`,
    history: async () => (await app.history({ channel })).messages,
  };
}

/** Publishes these messages; gives the position, or what the PublishError says. */
async function publish(url: string, messages: string): Promise<string> {
  const program = `
import sys
sys.path.insert(0, ${JSON.stringify(path.join(root, "examples/fastapi-tokens/server"))})
import publisher
from publisher import Message, Publisher, PublishError
publisher.time.sleep = lambda seconds: None
try: print(Publisher(${JSON.stringify(url)}, ${JSON.stringify(secret)}, "tests").publish("room:1", ${messages}))
except PublishError as error: print("PublishError", error)
`;
  const running = start(python ?? "", ["-B", "-c", program]);
  if ((await running.exited) !== 0) throw new Error(running.stderr);
  return running.stdout.trim();
}

describe.skipIf(!python)("publisher.py", () => {
  afterEach(endAll);

  test("publishes in order, says where that was, and a Date arrives as one", async () => {
    const { url, history } = await listen();
    const position = await publish(
      url,
      `[Message("said", "hello 🙂"), Message("at", "2026-01-02T03:04:05Z", {"": "Date"}), Message("said", "bye")]`,
    );
    const messages = await history();
    expect(messages.map(({ data }) => data)).toEqual(["hello 🙂", new Date("2026-01-02T03:04:05Z"), "bye"]);
    expect(position).toBe(messages.at(-1)?.id);
  });

  test("sends again where no answer came, and the message counts once", async () => {
    let requests = 0;
    const { url, history } = await listen((answer) => (request, response) => {
      requests++;
      // The first is lost on its way, the answer to the second on its way back, and the third comes too soon.
      if (requests === 1) return void request.socket.destroy();
      if (requests === 2) response.end = (() => request.socket.destroy()) as never;
      if (requests === 3) return void response.writeHead(503).end("{}");
      answer(request, response);
    });
    const position = await publish(url, `[Message("said", "once")]`);
    const messages = await history();
    expect(requests).toBe(4);
    expect(messages.map(({ data }) => data)).toEqual(["once"]);
    expect(position).toBe(messages[0]?.id);
  });

  test("sends again where the answer broke off", async () => {
    let requests = 0;
    const { url, history } = await listen((answer) => (request, response) => {
      requests++;
      // A gateway that dies while it answers: half of what it announced, then what isn't even HTTP.
      if (requests === 1) {
        response.writeHead(200, { "content-length": "100" });
        return void response.write('{"results":', () => request.socket.end());
      }
      if (requests === 2) return void request.socket.end("\0\0\0\n\n");
      answer(request, response);
    });
    await publish(url, `[Message("said", "once")]`);
    expect(requests).toBe(3);
    expect((await history()).map(({ data }) => data)).toEqual(["once"]);
  });

  test("gives up on what trying again can't mend, and on a gateway that isn't there", async () => {
    let requests = 0;
    const { url, history } = await listen((answer) => (request, response) => {
      requests++;
      answer(request, response);
    });
    expect(await publish(url, `[Message("said", "ok"), Message("hummed", "x")]`)).toMatch(
      /^PublishError UNKNOWN_TOPIC/,
    );
    expect(requests).toBe(1);
    expect((await history()).map(({ data }) => data)).toEqual(["ok"]);
    // Nobody listens on port 1.
    expect(await publish("http://127.0.0.1:1/api/realtime", `[Message("said", "x")]`)).toMatch(
      /^PublishError The gateway at .* took nothing: .*refused/i,
    );
  });
});
