import { describe, it } from "vitest";
import { sse } from "../../../transports/sse/index.js";
import type { App } from "../../server/app-types.js";
import { createHandler } from "../../server/handler.js";
import { handlerFetch } from "../handler-fetch.js";
import { checkModel } from "./model.test-support.js";

const reach = (app: App) => ({
  wire: sse({ fetch: handlerFetch(createHandler(app, { maxUnwrittenBytes: 1024, maxStreamAge: "1m" })) }),
});

describe("promise 4 over a one-way wire, whatever happens", () => {
  it("holds with a history", () => checkModel({ reach }), 600_000);

  it(
    "holds without one: order, no repeats, and it goes on",
    () => checkModel({ reach, replays: false }),
    600_000,
  );
});
