/** The example multi-tenant: Hono and React, several yards on one server, in the browser. */
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { endExamples, type RunningExample, startExample } from "./support/example.js";
import { openTab, shoot, type Tab } from "./support/tab.js";

vi.setConfig({ testTimeout: 120_000 });

let browser: Browser;
let example: RunningExample;

// One server for all: each test moves other cards, and other people.
beforeAll(async () => {
  [browser, example] = await Promise.all([launch(), startExample("multi-tenant")]);
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(async () => {
  await browser?.close();
  await endExamples();
});

/** A tab of somebody, on their first yard's slipway. */
async function open(user: string, context?: BrowserContext): Promise<Tab> {
  const tab = await openTab(context ?? browser, example.url);
  await tab.page.getByRole("button", { name: user }).first().click();
  await untilLive(tab.page);
  return tab;
}

const untilLive = (page: Page) => page.locator('.line[data-status="open"]').waitFor();
const lane = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const card = (page: Page, boat: string) => page.locator(".card", { hasText: boat });
const boats = (page: Page, name: string) => lane(page, name).locator("strong").allTextContents();

/** Moves a card as a hand does. */
const drag = (page: Page, boat: string, to: string) => card(page, boat).dragTo(lane(page, to).locator("h2"));

/** Asks the server as a user does who has this cookie. */
async function ask(method: string, path: string, cookie = "", body?: object) {
  const response = await fetch(`${example.url}/api${path}`, {
    method,
    headers: { cookie, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  const session = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { status: response.status, session, body: await response.json() };
}

const sessionOf = async (user: string) => (await ask("POST", "/session", "", { user })).session;

/** A token of Halyard's endpoint; the status where there is none. */
async function tokenOf(
  session: string,
  channel: string,
  publish?: readonly string[],
  topics?: readonly string[],
) {
  const { status, body } = await ask("POST", "/realtime/token", session, { channel, publish, topics });
  return status === 200 ? body : status;
}

/** The first frame of a subscription. */
async function subscribe(token: string, channel?: string): Promise<{ type: string; code?: string }> {
  const response = await fetch(`${example.url}/api/realtime`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ versions: ["halyard.v1"], subscriptions: [{ id: 1, token, channel }] }),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/"type":"(subscribed|ended)".*\n\n/.test(text)) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`It ended: ${text}`);
    text += value;
  }
  await reader?.cancel();
  return JSON.parse(/\{"type":"(?:subscribed|ended)".*\}/.exec(text)?.[0] ?? "");
}

/** `"published"`, or the error's code. */
async function publish(token: string, channel: string, topic: string, data: unknown): Promise<string> {
  const { body } = await ask("POST", "/realtime/publish", "", {
    token,
    channel,
    messages: [{ topic, data }],
  });
  return body.error?.code ?? body.results[0].error?.code ?? "published";
}

const north = "tenant:north:board:slipway";
const south = "tenant:south:board:slipway";
const holding = { card: "c1", page: "6f1c2d6e-8c53-4b8f-9d0b-1a2b3c4d5e6f", held: true };

test("a yard's board moves for its members, and for nobody else", async () => {
  const [foreman, rigger, manager, smith] = (await Promise.all(
    ["foreman", "rigger", "manager", "smith"].map((user) => open(user)),
  )) as [Tab, Tab, Tab, Tab];
  const before = await manager.page.locator(".columns").textContent();
  const forged = await smith.page.locator(".columns").textContent();

  await drag(rigger.page, "Petrel", "On the slip");
  await lane(foreman.page, "On the slip").getByText("Petrel").waitFor();
  expect(await boats(foreman.page, "On the slip")).toEqual(["Sanderling", "Gannet", "Petrel"]);
  // Before another one.
  await card(rigger.page, "Petrel").dragTo(card(rigger.page, "Turnstone"));
  await lane(foreman.page, "Afloat").getByText("Petrel").waitFor();
  expect(await boats(foreman.page, "Afloat")).toEqual(["Petrel", "Turnstone", "Whimbrel"]);
  await rigger.page.getByRole("button", { name: "Move Gannet" }).press("ArrowRight");
  await lane(foreman.page, "Afloat").getByText("Gannet").waitFor();
  // The focus went with the card.
  await lane(rigger.page, "Afloat").locator(".card", { hasText: "Gannet" }).locator("button:focus").waitFor();
  await card(rigger.page, "Whimbrel").hover();
  await rigger.page.getByRole("button", { name: "Move Whimbrel to On the slip" }).click();
  await lane(foreman.page, "On the slip").getByText("Whimbrel").waitFor();
  await rigger.page.getByLabel("Boat").fill("Oystercatcher");
  await rigger.page.getByLabel("What is to be done").fill("Winter cover");
  await rigger.page.getByRole("button", { name: "Book" }).click();
  await card(foreman.page, "Oystercatcher").waitFor();

  // While somebody holds a card, the others see it.
  await card(rigger.page, "Sanderling").hover();
  await rigger.page.mouse.down();
  await rigger.page.mouse.move(600, 500, { steps: 4 });
  const held = foreman.page.locator('.card[data-held="true"]');
  await held.waitFor();
  expect(await held.locator("strong").allTextContents()).toEqual(["Sanderling"]);
  await foreman.page.getByText("Oystercatcher: booked (rigger)").waitFor();
  await foreman.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await shoot(foreman.page, "multi-tenant");
  await rigger.page.mouse.up();
  await held.waitFor({ state: "detached" });

  expect(await manager.page.locator(".columns").textContent()).toBe(before);
  expect(await smith.page.locator(".columns").textContent()).toBe(forged);
  for (const { complaints } of [foreman, rigger, manager, smith]) expect(complaints).toEqual([]);
});

test("what moves while a page has no token yet is not missed", async () => {
  const rigger = await open("rigger");
  const context = await browser.newContext();
  const late = async (route: Route) => {
    await drag(rigger.page, "Fulmar", "Afloat");
    await lane(rigger.page, "Afloat").getByText("Fulmar").waitFor();
    await route.continue();
  };
  await context.route("**/boards/slipway/token", late, { times: 1 });
  const foreman = await open("foreman", context);
  await lane(foreman.page, "Afloat").getByText("Fulmar").waitFor();
  expect(await boats(foreman.page, "Booked")).not.toContain("Fulmar");
});

test("another tenant's channel is refused: at the token, at the subscription, at publishing", async () => {
  const session = await sessionOf("sailmaker");
  const { body: token } = await ask("POST", "/tenants/south/boards/slipway/token", session);
  expect(token.channel).toBe(south);
  expect(await subscribe(token.key, south)).toMatchObject({ type: "subscribed", channel: south });

  expect((await ask("POST", "/tenants/north/boards/slipway/token", session)).status).toBe(404);
  expect((await ask("POST", "/tenants/south/boards/attic/token", session)).status).toBe(404);
  expect((await ask("POST", "/tenants/south/boards/slipway/token")).status).toBe(401);
  expect(await tokenOf(session, north)).toBe(403);
  expect(await tokenOf("", south)).toBe(403);
  expect(await tokenOf(session, "tenant:south:board:attic")).toBe(403);
  expect(await subscribe(token.key, north)).toMatchObject({ type: "ended", code: "TOKEN_SCOPE" });

  const holds = await tokenOf(session, south, ["holding"], []);
  expect(await publish(holds.key, south, "holding", holding)).toBe("published");
  expect(await publish(holds.key, north, "holding", holding)).toBe("TOKEN_SCOPE");
  for (const [method, path] of [
    ["GET", ""],
    ["POST", "/moves"],
    ["POST", "/cards"],
  ] as const) {
    expect(
      (await ask(method, `/tenants/north/boards/slipway${path}`, session, method === "POST" ? {} : undefined))
        .status,
      path,
    ).toBe(404);
  }
});

test("a role says what a token opens and what a route does", async () => {
  const [viewer, editor, admin] = (await Promise.all(["apprentice", "rigger", "foreman"].map(sessionOf))) as [
    string,
    string,
    string,
  ];
  expect(await tokenOf(viewer, north, ["holding"])).toMatchObject({ topics: ["placed", "holding"] });
  const looks = await tokenOf(viewer, north, ["holding"]);
  expect(await publish(looks.key, north, "holding", holding)).toBe("TOKEN_SCOPE");
  expect(await tokenOf(viewer, north, ["holding"], [])).toBe(403);

  // What is placed, the server alone says, whoever asks for it.
  const holds = await tokenOf(editor, north, ["holding", "placed"]);
  expect(await publish(holds.key, north, "holding", holding)).toBe("published");
  expect(await publish(holds.key, north, "holding", { ...holding, page: "me" })).toBe("INVALID_PAYLOAD");
  expect(await publish(holds.key, north, "placed", { card: {}, before: null })).toBe("TOKEN_SCOPE");

  expect(await tokenOf(editor, "office:north")).toBe(403);
  expect(await tokenOf(admin, "office:south")).toBe(403);
  expect(await tokenOf(admin, "office:north")).toMatchObject({ topics: ["noted"] });

  const move = { card: "c1", column: "slip", before: null };
  expect((await ask("POST", "/tenants/north/boards/slipway/moves", viewer, move)).status).toBe(403);
  expect(
    (await ask("POST", "/tenants/north/boards/slipway/moves", editor, { ...move, column: "sunk" })).status,
  ).toBe(422);
  expect(
    (await ask("POST", "/tenants/north/boards/slipway/moves", editor, { ...move, card: "c99" })).status,
  ).toBe(404);
  expect((await ask("DELETE", "/tenants/north/members/foreman", editor)).status).toBe(403);
});

test("ids that look like a part of another's name stay in their place", async () => {
  // A tenant that is called "north:board:slipway".
  const session = await sessionOf("smith");
  const path = `/tenants/${encodeURIComponent("north:board:slipway")}/boards/slipway/token`;
  const { body: token } = await ask("POST", path, session);
  const own = "tenant:north%3Aboard%3Aslipway:board:slipway";
  expect(token.channel).toBe(own);
  expect(await subscribe(token.key)).toMatchObject({ type: "subscribed", channel: own });
  expect(await subscribe(token.key, north)).toMatchObject({ type: "ended", code: "TOKEN_SCOPE" });
  expect(await tokenOf(session, own)).toMatchObject({ channel: own });

  expect(await tokenOf(session, north)).toBe(403);
  // No name of the pattern, or another spelling of one: there is no such channel.
  for (const name of [
    "tenant:north:board:slipway:board:slipway",
    "tenant:north%3aboard%3aslipway:board:slipway",
    "tenant:%6Eorth:board:slipway",
    "tenant::board:slipway",
  ]) {
    expect(await tokenOf(session, name), name).toBe(404);
  }
  for (const tenant of ["north", "north/", "..%2Fnorth", "north:board:slipway:board:slipway"]) {
    expect(
      (await ask("POST", `/tenants/${encodeURIComponent(tenant)}/boards/slipway/token`, session)).status,
      tenant,
    ).toBe(404);
  }
});

test("who is removed loses the live view at once, of that yard alone", async () => {
  const foreman = await open("foreman");
  const rigger = await open("rigger");
  const context = await browser.newContext();
  const surveyor = await open("surveyor", context);
  // The same person looks at the other yard, where they stay a member.
  const elsewhere = await openTab(context, `${example.url}/#yard=south`);
  await card(elsewhere.page, "Larkspur").waitFor();
  await untilLive(elsewhere.page);
  const [cookie] = await context.cookies();
  const { body: token } = await ask(
    "POST",
    "/tenants/north/boards/slipway/token",
    `session=${cookie?.value}`,
  );
  expect(await subscribe(token.key)).toMatchObject({ type: "subscribed" });

  await foreman.page.getByRole("button", { name: "Remove surveyor" }).click();
  await surveyor.page.getByText("You are no member of North Yard any more").waitFor();
  expect(await surveyor.page.locator(".card").count()).toBe(0);
  await foreman.page.getByText("surveyor: removed (foreman)").waitFor();
  // What was given before opens nothing any more, and there is nothing new.
  expect(await subscribe(token.key)).toMatchObject({ type: "ended", code: "TOKEN_REVOKED" });
  expect(await tokenOf(`session=${cookie?.value}`, north)).toBe(403);

  const sailmaker = await open("sailmaker");
  await drag(sailmaker.page, "Marigold", "Afloat");
  await lane(elsewhere.page, "Afloat").getByText("Marigold").waitFor();
  expect(elsewhere.complaints).toEqual([]);
  await drag(rigger.page, "Curlew", "Afloat");
  await lane(foreman.page, "Afloat").getByText("Curlew").waitFor();
  expect(await surveyor.page.getByText("Curlew").count()).toBe(0);
});

test("who gets another role has it at once", async () => {
  const foreman = await open("foreman");
  const apprentice = await open("apprentice");
  expect(await card(apprentice.page, "Whimbrel").getAttribute("draggable")).toBe("false");
  await foreman.page.getByLabel("Role of apprentice").selectOption("editor");
  await apprentice.page.locator('.card[draggable="true"]', { hasText: "Whimbrel" }).waitFor();
  await untilLive(apprentice.page);
  await drag(apprentice.page, "Whimbrel", "Booked");
  await lane(foreman.page, "Booked").getByText("Whimbrel").waitFor();
  await foreman.page.getByLabel("Role of apprentice").selectOption("viewer");
  await apprentice.page.locator('.card[draggable="false"]', { hasText: "Whimbrel" }).waitFor();
  expect(apprentice.complaints).toEqual([]);
});

test("ends by one signal, also while somebody looks", async () => {
  const other = await startExample("multi-tenant");
  const { page } = await openTab(browser, other.url);
  await page.getByRole("button", { name: "foreman" }).click();
  await untilLive(page);
  expect(await other.stop("SIGTERM")).toBe(0);
});
