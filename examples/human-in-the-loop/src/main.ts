/** The page: signs somebody in, and shows what the store of the passage has. */
import { type ConnectionStatus, createChannelStore } from "halyard/client";
import { crew, type Person, passage } from "../channels.js";
import { beginPassage, fetchPerson, fetchStart, fetchToken, signIn } from "./api.js";
import { byId, make } from "./dom.js";
import { type Answering, answering } from "./question.js";

/** How the connection stands, for people. */
const WORDS: Partial<Record<ConnectionStatus, string>> = { open: "Live", paused: "Paused", error: "Offline" };

const person = await fetchPerson();
if (person) await open(person);
else showSignIn();

function showSignIn(): void {
  const form = byId("sign-in");
  form.hidden = false;
  byId("people").replaceChildren(
    ...crew.map((one) => {
      const button = make("button", { type: "button", textContent: `The ${one}` });
      button.addEventListener("click", () => {
        signIn(one).then(
          () => location.reload(),
          (error) => form.querySelector(".trouble")?.replaceChildren(error.message),
        );
      });
      return button;
    }),
  );
}

async function open(me: Person): Promise<void> {
  byId("board").hidden = false;
  byId("who").textContent = me;
  const timeline = byId("timeline");
  const questions = new Map<string, Answering>();
  const add = (className: string, ...children: (Node | string)[]) =>
    timeline.append(make("li", { className }, ...children));

  const start = await fetchStart();
  const store = createChannelStore({
    channel: passage,
    token: () => fetchToken("passage"),
    // All that was told until now comes first, as it was published: dates are dates.
    initialMessages: { messages: [], position: start },
    onMessage: {
      begun: ({ data }) => {
        // A new one, begun in whichever tab: what was is over.
        timeline.replaceChildren();
        questions.clear();
        byId("title").textContent = `${data.from} to ${data.to}`;
      },
      work: ({ data }) => add("work", data.text),
      question: ({ data }) => {
        const question = answering(me, data);
        questions.set(data.id, question);
        add("question", question.element);
      },
      settled: ({ data }) => questions.get(data.question)?.settle(data),
      finished: ({ data }) =>
        add(
          "finished",
          make("h2", {}, "The plan"),
          make("ul", {}, ...data.plan.map((line) => make("li", {}, line))),
        ),
    },
    onGap: ({ after }) => {
      // The beginning is kept no more: what is left of it follows.
      if (after === start) return;
      // Something is missing in the middle, or the server was started anew: so is the page.
      location.reload();
    },
  });

  const connection = byId("connection");
  const begin = byId("begin") as HTMLButtonElement;
  store.subscribe(show);
  show();
  begin.addEventListener("click", () => {
    const trouble = byId("trouble");
    trouble.textContent = "";
    beginPassage().catch((error) => trouble.append(error.message));
  });

  /** All but the timeline, which is added to as messages come. */
  function show(): void {
    const { connectionStatus, messages } = store.getSnapshot();
    connection.dataset.status = connectionStatus;
    connection.textContent = WORDS[connectionStatus] ?? "Connecting…";
    const { last } = messages;
    byId("empty").hidden = last !== null;
    begin.disabled = last !== null && last.topic !== "finished";
    begin.textContent = last === null ? "Plan a passage" : begin.disabled ? "Planning…" : "Plan it anew";
  }
}
