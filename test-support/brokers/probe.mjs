// @ts-check
/** Says hello to a broker in its own protocol: a port that is open proves nothing. */
import net from "node:net";
import tls from "node:tls";
import { brokers } from "./kinds.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** `absent`: nobody listens there. Otherwise `why` says what is wrong with who does. */
/** @typedef {{ ok: true, version: string } | { ok: false, absent: boolean, why: string }} Answer */
/** @typedef {{ send: (text: string | Uint8Array) => void, line: () => Promise<string> }} Talk */

/**
 * Asks who listens at an address, and whether it can be used: with its password, with JetStream, with its database.
 *
 * @param {Kind} kind
 * @param {string} url
 * @param {number} [timeout] In milliseconds.
 * @returns {Promise<Answer>}
 */
export async function probe(kind, url, timeout = 3_000) {
  const at = withoutPassword(url);
  if (!URL.canParse(url)) {
    return { ok: false, absent: false, why: `${at} is no URL: give one such as ${brokers[kind].url}` };
  }
  try {
    return { ok: true, version: await hello[kind](new URL(url), timeout) };
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const absent = code === "ECONNREFUSED" || code === "ENOENT";
    const why = absent ? "nobody listens" : message || code || "it closed the connection";
    return { ok: false, absent, why: `${at}: ${why}` };
  }
}

/** @param {string} url */
export const withoutPassword = (url) => url.replace(/\/\/([^/@:]*):[^/@]*@/, "//$1:…@");

/** @type {Record<Kind, (url: URL, timeout: number) => Promise<string>>} */
const hello = {
  redis: (url, timeout) =>
    talk(url, 6379, url.protocol === "rediss:", timeout, async ({ send, line }) => {
      const [user, password] = [url.username, url.password].map(decodeURIComponent);
      if (password) {
        send(command("AUTH", ...(user ? [user] : []), password));
        const answer = await line();
        if (answer !== "+OK") throw new Error(`no Redis, or another password: it says ${quoted(answer)}`);
      }
      send(command("PING"));
      const answer = await line();
      if (answer !== "+PONG") throw new Error(`no Redis that can be used: it says ${quoted(answer)}`);
      send(command("INFO", "server"));
      for (;;) {
        const version = /^redis_version:(.+)$/.exec(await line())?.[1];
        if (version) return version;
      }
    }),

  nats: (url, timeout) =>
    talk(url, 4222, false, timeout, async ({ send, line }) => {
      const answer = await line();
      const info = /^INFO (\{.*\})\s*$/.exec(answer)?.[1];
      if (!info) throw new Error(`no NATS: it says ${quoted(answer)}`);
      const { version, jetstream, tls_required } = JSON.parse(info);
      if (!jetstream) throw new Error(`NATS ${version} without JetStream: start it with -js`);
      if (tls_required) return version; // The tests' own client finds out the rest.
      const [user, pass] = [url.username, url.password].map(decodeURIComponent);
      const who = pass ? { user, pass } : user ? { auth_token: user } : {};
      send(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, ...who })}\r\nPING\r\n`);
      const next = await line();
      if (next !== "PONG") throw new Error(`NATS ${version} refuses: ${quoted(next)}`);
      return version;
    }),

  async postgres(url, timeout) {
    // "Do you speak TLS?" PostgreSQL answers with one letter, and nobody else does.
    await talk(url, 5432, false, timeout, async ({ send, line }) => {
      send(Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47));
      const answer = await line();
      if (answer !== "S" && answer !== "N") throw new Error(`no PostgreSQL: it says ${quoted(answer)}`);
    });
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: timeout });
    client.on("error", () => {}); // It is at its end; the query below has told.
    try {
      await client.connect();
      const { rows } = await client.query("SELECT current_setting('server_version') AS version");
      return String(rows[0]?.version).split(" ")[0] ?? "";
    } finally {
      await client.end().catch(() => {});
    }
  },
};

/**
 * One conversation, by lines. What comes without a line's end is a line too, once nothing follows for a moment.
 *
 * @template T
 * @param {URL} url
 * @param {number} port Where the URL has none.
 * @param {boolean} secure
 * @param {number} timeout
 * @param {(talk: Talk) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function talk(url, port, secure, timeout, use) {
  const to = { host: url.hostname.replace(/^\[|\]$/g, "") || "127.0.0.1", port: Number(url.port) || port };
  const socket = secure ? tls.connect({ ...to, servername: to.host }) : net.connect(to);
  let text = "";
  let ended = false;
  /** @type {() => void} */
  let wake = () => {};
  /** @type {Promise<never>} */
  const broken = new Promise((_, reject) => {
    socket.on("error", reject);
    const late = () => reject(new Error(`no answer in ${timeout} ms`));
    const timer = setTimeout(late, timeout);
    socket.on("close", () => clearTimeout(timer));
  });
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
    wake();
  });
  socket.on("end", () => {
    ended = true;
    wake();
  });
  const line = async () => {
    for (;;) {
      const at = text.indexOf("\n");
      const rest = at < 0 && (ended || text.length === 1) ? text.length : at;
      if (rest >= 0) {
        const found = text.slice(0, rest).trimEnd();
        text = text.slice(rest + 1);
        if (found || !ended) return found;
        throw new Error("it closed the connection");
      }
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
      });
    }
  };
  try {
    return await Promise.race([use({ send: (data) => void socket.write(data), line }), broken]);
  } finally {
    socket.destroy();
  }
}

/** @param {string[]} words */
const command = (...words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;

/** @param {string} answer */
const quoted = (answer) => JSON.stringify(answer.slice(0, 80));
