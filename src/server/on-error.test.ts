import { afterEach, expect, it, vi } from "vitest";
import { memory } from "../../transports/memory/index.js";
import { createRealtime } from "./app.js";
import { ch, connect, SECRET } from "./gateway/session.test-support.js";
import { guardOnError } from "./on-error.js";

afterEach(() => void vi.restoreAllMocks());

const heard = new Error("the broker is gone");
const failed = new Error("the logger failed");

it.each([
  [
    "throws",
    () => {
      throw failed;
    },
  ],
  ["rejects", async () => Promise.reject(failed)],
])("an onError that %s harms nobody: the console gets both errors", async (_, onError) => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  guardOnError(onError)(heard);
  await new Promise(setImmediate);
  expect(log.mock.calls.map(([, error]) => error)).toEqual([heard, failed]);
});

it("what works is called with the error, and the console hears nothing", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const onError = vi.fn();
  guardOnError(onError)(heard);
  expect(onError).toHaveBeenCalledExactlyOnceWith(heard);
  expect(log).not.toHaveBeenCalled();
  guardOnError(undefined)(heard);
  expect(log).toHaveBeenCalledExactlyOnceWith("[halyard]", heard);
});

it("an app's is called so: a client is told all the same", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const transport = memory();
  vi.spyOn(transport, "subscribe").mockRejectedValue(heard);
  const onError = () => {
    throw failed;
  };
  const app = createRealtime({ transport, secret: SECRET, onError });
  const client = connect(app);
  client.send({ type: "subscribe", id: 1, token: (await app.token({ channel: ch })).key });
  expect(await client.got("ended")).toMatchObject([{ code: "TRANSPORT_FAILED" }]);
  expect(log.mock.lastCall).toEqual(["[halyard]", failed]);
  client.session.closed();
});
