/** The server: sessions, tokens, the gateway and the agent, on plain `node:http`. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registry } from "halyard";
import { createHandler, createRealtime, type Duration } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import { crew, passage, reply } from "../channels.js";
import { planPassage } from "./agent.js";
import { createAsking } from "./asking.js";
import { answering, type Files, HttpError, readBody } from "./http.js";
import { personOf, startSession } from "./sessions.js";

export interface ServerOptions {
  readonly port: number;
  /** At least 32 characters: signs tokens and cookies. */
  readonly secret: string;
  /** Milliseconds that the agent waits for an answer. */
  readonly patience: number;
  /** Milliseconds that a piece of its work takes. */
  readonly pace: number;
  /** For how long what was told is kept. A question has to outlast its answer. */
  readonly kept: Duration;
  readonly files: Files;
}

/** Starts it. Port 0 is any free one. */
export async function startServer({ port, secret, patience, pace, kept, files }: ServerOptions) {
  const app = createRealtime({ secret, transport: memory({ history: { age: kept } }) });
  // What was published since then is what a page begins with.
  const { position } = await app.history({ channel: passage });
  const asking = await createAsking(app, patience);
  const end = new AbortController();
  let planning: Promise<void> | undefined;

  function begin(): void {
    planning ??= planPassage({ app, asking, pace, signal: end.signal })
      .catch((error) => end.signal.aborted || console.error(error))
      .then(() => {
        planning = undefined;
      });
  }

  const signedIn = (request: Parameters<typeof personOf>[0]) => {
    const person = personOf(request, secret);
    if (!person) throw new HttpError(401, "Sign in first.");
    return person;
  };

  const page = answering(
    {
      "GET /api/session": (request) => ({ person: personOf(request, secret) ?? null }),
      "POST /api/session": async (request, response) => {
        const { person } = await readBody(request);
        const known = crew.find((one) => one === person);
        if (!known) throw new HttpError(400, "Nobody of that name is in the crew.");
        startSession(response, known, secret);
        return { person: known };
      },
      "GET /api/passage": (request) => {
        signedIn(request);
        return { position };
      },
      "POST /api/passage": (request) => {
        signedIn(request);
        begin();
      },
      /** To listen: what everybody may hear. */
      "POST /api/token/passage": (request) => app.token({ channel: passage, subject: signedIn(request) }),
      /** To answer, in one's own name, and for nothing else: with it, nothing is received. */
      "POST /api/token/reply": (request) => {
        const person = signedIn(request);
        return app.token({ channel: reply({ person }), topics: [], publish: ["answer"], subject: person });
      },
    },
    files,
  );
  const gateway = toNodeHandler(
    createHandler(app, { channels: registry({ passage, reply }), publish: true }),
  );

  const server = createServer((request, response) =>
    request.url?.startsWith("/api/realtime") ? gateway(request, response) : page(request, response),
  );
  await attachWebSocket(server, app);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      end.abort();
      asking.close();
      await planning;
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
