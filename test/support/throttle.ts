/** A TCP line of little bandwidth: what a server sends goes through slowly, and the server notices. */
import { type Relay, relay } from "./relay.js";

/** Listens, and passes on to `port`; towards the client at most so many bytes per second. */
export const throttle = (port: number, bytesPerSecond: number): Promise<Relay> =>
  relay(port, {
    carry(upstream, client) {
      upstream.on("data", (chunk) => {
        client.write(chunk);
        upstream.pause();
        setTimeout(() => upstream.resume(), (chunk.byteLength / bytesPerSecond) * 1000);
      });
    },
  });
