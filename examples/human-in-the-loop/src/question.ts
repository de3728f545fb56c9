/** A question of the agent's, with the form that answers it. */
import { isRealtimeError, publish } from "halyard/client";
import { type Answer, type Person, type Question, reply, type Settled } from "../channels.js";
import { fetchToken } from "./api.js";
import { make } from "./dom.js";

export interface Answering {
  readonly element: HTMLElement;
  /** Shows what holds, and takes no answer any more. */
  settle(settled: Settled): void;
}

/** One function for all questions: publishing keeps its token for as long as that is good. */
const token = () => fetchToken("reply");

export function answering(me: Person, question: Question): Answering {
  const { id, text, choices, fallback, until } = question;
  const choice = field("choice", make("div", { className: "choices" }, ...choices.map(toRadio)));
  const note = field(
    "note",
    make(
      "label",
      {},
      "Or in your own words",
      make("textarea", { name: "note", rows: 2, placeholder: "What the agent should know, or do instead" }),
    ),
  );
  const trouble = make("p", { className: "trouble", role: "alert" });
  const left = make("p", { className: "left", role: "timer" });
  const send = make("button", { type: "submit" }, "Answer");
  const form = make("form", { noValidate: true }, choice.element, note.element, trouble);
  form.append(make("footer", {}, left, send));
  const heading = make("h2", {}, text);
  const element = make("section", { className: "ask", ariaLabel: text }, heading, form);

  const answer = async () => {
    const data = new FormData(form);
    for (const one of [choice, note]) one.tell([]);
    trouble.textContent = "";
    send.disabled = true;
    try {
      const given: Answer = {
        question: id,
        choice: data.get("choice")?.toString(),
        note: data.get("note")?.toString(),
      };
      await publish(reply({ person: me }).answer, given, { token });
      // What holds is what the agent says next.
      trouble.textContent = "";
    } catch (error) {
      send.disabled = false;
      const issues = isRealtimeError(error) ? error.issues : [];
      for (const one of [note, choice]) one.tell(issues.filter(({ path }) => path[0] === one.name));
      if (issues.length === 0) trouble.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer();
  });

  const planB = choices.find((one) => one.id === fallback)?.label;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until.getTime() - Date.now()) / 1000));
    left.textContent = `Without an answer in ${seconds} s: ${planB}`;
  };
  const timer = setInterval(tick, 1_000);
  tick();

  return {
    element,
    settle({ answer, by }) {
      clearInterval(timer);
      const wasSlower = send.disabled && by !== undefined && by !== me;
      const who =
        by === undefined ? "Nobody answered in time" : by === me ? "You answered" : `The ${by} answered`;
      form.replaceWith(
        make(
          "p",
          { className: "settled" },
          make("strong", {}, answer),
          make("span", {}, wasSlower ? `${who} first, and you a moment later` : who),
        ),
      );
    },
  };
}

function toRadio({ id, label, hint }: Question["choices"][number]): HTMLElement {
  const input = make("input", { type: "radio", name: "choice", value: id });
  return make("label", {}, input, make("strong", {}, label), make("span", {}, hint));
}

/** Something to fill in, with a place for what the schema has to say about it. */
function field(name: keyof Answer, content: HTMLElement) {
  const trouble = make("p", { className: "trouble", role: "alert", id: `${name}-${crypto.randomUUID()}` });
  const inputs = content.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
  return {
    name,
    element: make("div", { className: "field" }, content, trouble),
    /** Shows what is wrong, and goes to where it is to be mended. */
    tell(issues: readonly { readonly message: string }[]) {
      trouble.textContent = issues.map(({ message }) => message).join(" ");
      for (const input of inputs) {
        input.ariaInvalid = String(issues.length > 0);
        input.setAttribute("aria-describedby", trouble.id);
      }
      if (issues.length > 0) inputs[0]?.focus();
    },
  };
}
