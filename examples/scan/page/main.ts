/** The page: follows the server's scans through the bindings that `halyard generate` wrote, and shows what arrives. */
import { sse, type Wire, webSocket } from "halyard/client";
import { subscribeScan, subscribeScans } from "./channels.gen.js";
import { element } from "./dom.js";
import { createScanState, createState, receive, setStatus } from "./state.js";
import { createTimeline } from "./timeline.js";
import { createAnnouncer, show } from "./view.js";

/** What the server says of a scan. */
interface Started {
  readonly scanId: string;
  readonly folder: string;
  readonly from: string;
}

/** The server knows this page by it, and cuts off no other. */
const page = crypto.randomUUID();
/** How long the connection stays dropped, in milliseconds. */
const AWAY = 2_000;

const url = `/api/realtime?page=${page}`;
/** `?wire=sse` or `?wire=websocket` holds the page to that one; else the client chooses. */
const only: Record<string, Wire[]> = { sse: [sse()], websocket: [webSocket()] };
const wires = only[new URLSearchParams(location.search).get("wire") ?? ""];
const state = createState();
const timeline = createTimeline(element<SVGSVGElement>("timeline"), element("peak"));
const announce = createAnnouncer();
let following: AbortController | undefined;

/** A fresh token for every connection, from the server's own endpoint. */
const tokenFor = (channel: string) => async () => {
  const answer = await post(`/api/realtime/token?page=${page}`, { channel });
  return answer.text();
};

/** Follows one scan instead of the last: from its first message on, however late this page comes. */
function follow({ scanId, folder, from }: Started): void {
  const last = following;
  const mine = new AbortController();
  following = mine;
  last?.abort();
  const received = createScanState(folder);
  state.scan = received;
  subscribeScan({
    params: { scanId },
    token: tokenFor(`scan:${scanId}`),
    url,
    wires,
    after: from,
    signal: mine.signal,
    onStatus(status) {
      // The next scan's subscription takes over without a word, and the last one's goodbye is no news.
      if (following !== mine || status === "connecting") return;
      setStatus(state, status);
      timeline.away(status !== "open");
    },
    onMessage(message) {
      receive(received, message);
      if (message.topic === "file") timeline.add(message.createdAt);
    },
    onGap: (gap) => state.gaps.push(gap),
    onError: report,
  }).catch((error) => mine.signal.aborted || fail(error));
}

/** Follows whatever scan is started, by this page or by another. */
async function followAll(): Promise<void> {
  const answer = await fetch("/api/scans");
  const current: (Started & { announced: string }) | null = await answer.json();
  if (current) follow(current);
  await subscribeScans({
    token: tokenFor("scans"),
    url,
    wires,
    after: current?.announced,
    onMessage: ({ data }) => follow(data),
    onGap: (gap) => state.gaps.push(gap),
    onError: report,
  });
}

/** What passes (a lost connection, a token that wasn't to be had) shows as a status. */
function report(error: Error): void {
  console.warn(error.message);
}

/** What doesn't pass. */
function fail(error: Error): void {
  state.status = "closed";
  state.error = error.message;
}

async function post(url: string, body: unknown = {}): Promise<Response> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url.split("?")[0]} answered ${answer.status}`);
  return answer;
}

element("cut").addEventListener("click", () => {
  post(`/api/cut?page=${page}&for=${AWAY}`).catch(report);
});

element("again").addEventListener("click", () => {
  const { value } = document.querySelector("input[name=pace]:checked") as HTMLInputElement;
  post(`/api/scans?pace=${value}`).catch(report);
});

function draw(): void {
  const isScanning = state.scan !== undefined && !state.scan.done;
  show(state);
  announce(state);
  timeline.draw(isScanning || state.status !== "open");
  requestAnimationFrame(draw);
}

followAll().catch(fail);
draw();
