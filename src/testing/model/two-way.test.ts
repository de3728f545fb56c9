import { describe, it } from "vitest";
import { inProcess } from "../in-process.js";
import { checkModel } from "./model.test-support.js";

describe("promise 4 over a two-way wire, whatever happens", () => {
  it("holds with a history", async () => {
    await checkModel({
      reach: (app) => {
        const wire = inProcess(app, { maxUnwrittenBytes: 1024 });
        return { wire, hold: wire.hold, release: wire.release };
      },
    });
  }, 600_000);

  it("holds without one: order, no repeats, and it goes on", async () => {
    await checkModel({ reach: (app) => ({ wire: inProcess(app) }), replays: false });
  }, 600_000);
});
