/** The page: who you are, the tables that you ordered, and the one that you look at. */
import { tide } from "../channels.js";
import {
  listTables,
  loadTable,
  orderTable,
  Refused,
  signIn,
  signOut,
  type TableState,
  whoAmI,
} from "./api.js";
import { type Chart, createChart } from "./chart.js";
import { follow } from "./follow.js";

/** The element with that id. */
function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}.`);
  // Whoever asks knows what stands there.
  return found as T;
}

const statuses: Readonly<Record<string, string>> = {
  connecting: "Connecting",
  open: "Live",
  reconnecting: "Reconnecting",
  closed: "",
};
const heights = new Intl.NumberFormat("en", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "always",
});
const times = new Intl.DateTimeFormat("en", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: "UTC",
});

let following: AbortController | undefined;

/** Runs what a person asked for, and says what went wrong with it. */
async function attempt(step: () => Promise<void>): Promise<void> {
  element("trouble").textContent = "";
  try {
    await step();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return enter(undefined);
    element("trouble").textContent = error instanceof Error ? error.message : String(error);
  }
}

/** Shows the desk of an account, or the way to one. */
async function enter(account: string | undefined): Promise<void> {
  following?.abort();
  for (const id of ["desk", "leave"]) element(id).hidden = account === undefined;
  for (const id of ["figure", "line"]) element(id).hidden = true;
  element("sign-in").hidden = account !== undefined;
  element("empty").hidden = false;
  element("channel").textContent = "";
  element("account").textContent = account ?? "";
  if (account === undefined) return element("name").focus();
  const tables = await listTables();
  showTables(tables);
  const chosen = tables.find(({ id }) => `#${id}` === location.hash) ?? tables.at(-1);
  if (chosen) open(await loadTable(chosen.id));
}

function showTables(tables: readonly Pick<TableState, "id" | "kind" | "days">[]): void {
  const links = tables.map(({ id, kind, days }) => {
    const link = document.createElement("a");
    link.href = `#${id}`;
    link.textContent = `${kind}, ${days} d`;
    return link;
  });
  element("tables").replaceChildren(...links);
}

/** Looks at a table, and at no other. */
function open(first: TableState): void {
  following?.abort();
  const mine = new AbortController();
  following = mine;
  history.replaceState(null, "", `#${first.id}`);
  for (const link of element("tables").querySelectorAll("a")) {
    if (link.hash === `#${first.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  const chart = createChart(new Date(first.start), first.days);
  element("chart").replaceChildren(chart.element);
  element("title").textContent = `${first.days === 1 ? "A day" : `${first.days} days`} of ${first.kind} tide`;
  element("channel").textContent = tide({ account: first.account, table: first.id }).name;
  element("empty").hidden = true;
  for (const id of ["figure", "line"]) element(id).hidden = false;

  let frame = 0;
  const watcher = {
    // Many messages may come between two frames: the last state is drawn.
    show(table: TableState) {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => show(table, chart));
    },
    status(status: string) {
      if (mine.signal.aborted) return;
      const line = element("line");
      line.dataset.status = status;
      line.textContent = statuses[status] ?? "";
    },
    refused(error: Refused) {
      mine.abort();
      void attempt(() => Promise.reject(error));
    },
  };
  follow(first, mine.signal, watcher).catch((error: Error) => {
    if (!mine.signal.aborted) element("trouble").textContent = error.message;
  });
}

function show({ metres, part, extremes, failed }: TableState, chart: Chart): void {
  chart.show(metres);
  element<HTMLProgressElement>("progress").value = part;
  element("count").textContent = metres.length.toLocaleString("en");
  element("part").textContent = failed ?? (extremes ? "Complete" : `${Math.floor(part * 100)} %`);
  for (const name of ["highest", "lowest"] as const) {
    const extreme = extremes?.[name];
    element(name).textContent = extreme
      ? `${heights.format(extreme.metres).replace("-", "−")} m, ${times.format(new Date(extreme.at))}`
      : "–";
  }
}

/** What a form does when it is sent. */
function onSubmit(id: string, step: (fields: FormData) => Promise<void>): void {
  element<HTMLFormElement>(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    void attempt(() => step(fields));
  });
}

onSubmit("sign-in", async (fields) => {
  const { account } = await signIn(String(fields.get("account")));
  await enter(account);
});
onSubmit("leave", async () => {
  await signOut();
  await enter(undefined);
});
onSubmit("order", async (fields) => {
  const table = await orderTable(String(fields.get("kind")), Number(fields.get("days")));
  showTables(await listTables());
  open(table);
});
window.addEventListener("hashchange", () =>
  attempt(async () => {
    const { hash } = location;
    const table = await loadTable(hash.slice(1));
    // Who has gone on to another meanwhile, sees that one.
    if (location.hash === hash) open(table);
  }),
);

await attempt(async () => enter((await whoAmI()).account ?? undefined));
