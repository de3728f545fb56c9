/** Fuzzes the gateway: frames of a client, one by one and in whole sessions. */
import { memory } from "../../../transports/memory/index.js";
import type { Random } from "../../random.test-support.js";
import { createRealtime, internalsOf } from "../../server/app.js";
import { readClientFrame } from "../../server/gateway/frames.js";
import { gatewayLimits } from "../../server/gateway/limits.js";
import { createSession } from "../../server/gateway/session.js";
import { ch, SECRET } from "../channels.test-support.js";
import { frameText, text } from "./inputs.test-support.js";
import { CLOSE_CODES, check, checkCode, checkError, type Target } from "./target.test-support.js";

/** What must never come back. */
const MARK = "s3cr3t";

const goodFrame = (random: Random, tokens: readonly string[], id: number): object => {
  const token = random.pick(tokens);
  switch (random.below(4)) {
    case 0:
      return { type: "unsubscribe", id: 1 + random.below(id) };
    case 1:
      return { type: "refresh", id: 1 + random.below(id), token };
    default:
      return {
        type: "subscribe",
        id,
        token,
        ...(random.below(2) && { channel: ch.name }),
        ...(random.below(2) && { topics: ["a"] }),
        ...(random.below(3) === 0 && { after: random.pick(["e.1", text(random), "k3v9.41"]) }),
      };
  }
};

export const clientFrames: Target = {
  name: "client-frame",
  attempt(random) {
    for (let i = 0; i < 50; i++) {
      const input = frameText(random, goodFrame(random, [MARK], 1 + i));
      try {
        const frame = readClientFrame(input);
        check(
          ["subscribe", "unsubscribe", "refresh"].includes(frame.type),
          "An unknown type was taken",
          input,
        );
        check(
          Number.isInteger(frame.id) && frame.id > 0 && frame.id < 2 ** 31,
          "A wrong id was taken",
          input,
        );
        // What was read is a frame itself, and reads as the same.
        check(
          JSON.stringify(readClientFrame(JSON.stringify(frame))) === JSON.stringify(frame),
          "What was read doesn't read as the same",
          input,
        );
      } catch (error) {
        check(checkError(error, input) === "BAD_FRAME", "Not BAD_FRAME", input);
        const { message } = error as Error;
        check(!message.includes(MARK) && message.length < 200, "The message says what the frame said", input);
      }
    }
    return 50;
  },
};

const FRAMES = ["welcome", "subscribed", "refreshed", "refused", "messages", "gap", "ended", "heartbeat"];

/** A session of some frames, on a socket that only looks. */
export async function createSessionTarget(): Promise<Target> {
  const failures: unknown[] = [];
  const app = createRealtime({
    transport: memory(),
    secret: SECRET,
    onError: (error) => failures.push(error),
  });
  const other = createRealtime({ transport: memory(), secret: `${SECRET} of others` });
  const context = { ...internalsOf(app, "fuzz").gateway, limits: gatewayLimits({ maxSubscriptions: 5 }) };
  const mine = await Promise.all(
    ["user", "other"].map((subject) => app.token({ channel: ch, subject, expiresIn: "1d" })),
  );
  const foreign = await other.token({ channel: ch });
  const tokens = [...mine, foreign].map(({ key }) => key);

  return {
    name: "session",
    async attempt(random) {
      const inputs: string[] = [];
      const sent: string[] = [];
      const closes: number[] = [];
      const session = createSession(context, {
        send: (frame) => void sent.push(new TextDecoder().decode(frame.text)),
        unwritten: 0,
        ping: () => undefined,
        close: (code) => void closes.push(code),
        terminate: () => void closes.push(1006),
      });
      const count = 1 + random.below(20);
      for (let i = 0; i < count; i++) {
        const input = frameText(random, goodFrame(random, [...tokens, `${MARK}.${MARK}.${MARK}`], 1 + i));
        inputs.push(input);
        session.receive(input);
        if (random.below(3) === 0) await Promise.resolve();
      }
      await app.publish(ch.a, 1);
      session.closed();
      check(failures.length === 0, `The server had ${String(failures[0])}`, inputs);
      check(sent.length <= 2 * count + 3, `${count} frames were answered by ${sent.length}`, inputs);
      check(
        closes.length <= 1 && closes.every((code) => CLOSE_CODES.has(code)),
        `It was closed with ${closes}`,
        inputs,
      );
      for (const text of sent) {
        const frame = JSON.parse(text);
        check(FRAMES.includes(frame.type), `It sent ${text}`, inputs);
        if ("code" in frame) checkCode(frame.code, inputs);
        check(
          !text.includes(MARK) && !tokens.some((token) => text.includes(token.slice(0, 40))),
          "It sent a token back",
          inputs,
        );
      }
      return count;
    },
    async end() {
      await app.close();
      await other.close();
    },
  };
}
