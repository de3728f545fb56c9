// @ts-check
/** The fetch handler in Cloudflare's runtime: in a Durable Object, so that all requests meet in one place. */
import { createHandler, createRealtime } from "halyard/server";
import { channels, runs } from "./channels.mjs";

export class Gateway {
  #app = createRealtime({ secret: "for the matrix alone, 32 characters" });
  #handler = createHandler(this.#app, { channels, authorize: () => true });

  /** @param {Request} request */
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/publish") return this.#handler(request);
    await this.#app.publish(runs({ id: "42" }).status, { text: searchParams.get("text") ?? "" });
    return new Response("published");
  }
}

export default {
  /** @param {Request} request @param {any} env */
  fetch: (request, { gateway }) => gateway.getByName("all").fetch(request),
};
