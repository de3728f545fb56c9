/** Fuzzes the client: frames of a server, as any wire would bring them. */
import { createClient } from "../../client/client.js";
import type { Random } from "../../random.test-support.js";
import type { WireEvents } from "../../wire.js";
import { ch, URL_OF_GATEWAY } from "../channels.test-support.js";
import { frameText, json, text } from "./inputs.test-support.js";
import { CLOSE_CODES, check, checkError, type Target } from "./target.test-support.js";

/** What must never come back. */
const MARK = "s3cr3t";

function goodFrame(random: Random): object {
  const id = 1 + random.below(3);
  const position = random.pick([null, "e.1", "e.2", "f.9", text(random)]);
  switch (random.below(9)) {
    case 0:
      return { type: "welcome", heartbeat: random.pick([15_000, 1, 2 ** 31]), limits: {} };
    case 1:
    case 2:
      return { type: "subscribed", id, channel: ch.name, position, expires: random.pick([900_000, 0, -1]) };
    case 3:
    case 4:
      return {
        type: "messages",
        id,
        messages: random.list(1 + random.below(3), () => [
          `e.${random.below(9)}`,
          {
            topic: "a",
            data: json(random),
            kinds: random.pick([undefined, json(random), { "/0": "Map" }]),
            createdAt: 1,
          },
        ]),
      };
    case 5:
      return { type: "gap", id, reason: "trimmed", after: position, position };
    case 6:
      return { type: "ended", id, code: "TOKEN_EXPIRED", message: "", retry: random.below(2) === 0 };
    case 7:
      return random.pick([
        { type: "refreshed", id, expires: 900_000 },
        { type: "refused", id, code: "TOKEN_SCOPE", message: "" },
        { type: "close", code: 1012, reason: "" },
      ]);
    default:
      return { type: "heartbeat", positions: { [id]: position ?? "e.3" } };
  }
}

export const serverFrames: Target = {
  name: "server-frame",
  async attempt(random) {
    const inputs: string[] = [];
    const errors: unknown[] = [];
    const closes: number[] = [];
    let events: WireEvents | undefined;
    const isOneWay = random.below(2) === 0;
    const client = createClient({
      url: URL_OF_GATEWAY,
      random: () => 1,
      wires: [
        {
          name: "fuzzed",
          ...(isOneWay && { oneWay: true }),
          connect(_url, given) {
            let isOpen = true;
            events = given;
            return {
              send: () => undefined,
              close(code, reason) {
                if (!isOpen) return;
                isOpen = false;
                events = undefined;
                closes.push(code);
                given.closed(code, reason);
              },
            };
          },
        },
      ],
    });
    const onError = (error: unknown) => errors.push(error);
    const token = { channel: ch.name, topics: ["a"], key: MARK };
    const subscriptions = ["a", "b"].map((topic) =>
      client
        .subscribe({
          token: topic === "a" ? () => token : token,
          topics: [topic],
          onError,
          onGap() {},
          onMessage() {},
        })
        .catch(onError),
    );
    // A token function's promise.
    for (let i = 0; i < 5; i++) await Promise.resolve();
    const count = 1 + random.below(12);
    events?.open();
    for (let i = 0; i < count; i++) {
      const input = frameText(random, goodFrame(random));
      inputs.push(input);
      events?.frame(input);
      if (random.below(3) === 0) await Promise.resolve();
    }
    client.close();
    await Promise.all(subscriptions);
    // A code that a gateway gives is passed on as it is.
    const isGiven = inputs.some((input) => /ended|refused/.test(input));
    for (const error of errors) {
      check(
        (error as Error).name === "RealtimeError",
        `It threw ${error}, which is no RealtimeError`,
        inputs,
      );
      if (!isGiven) checkError(error, inputs);
      check(!String(error).includes(MARK), "An error says what the token is", inputs);
    }
    // A gateway's own "close" may say anything.
    const isTold = inputs.some((input) => input.includes('"close"'));
    check(
      isTold || closes.every((code) => CLOSE_CODES.has(code)),
      `It closed with ${JSON.stringify(closes)}`,
      inputs,
    );
    return count;
  },
};
