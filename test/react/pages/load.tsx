/** The page of `load.test.ts` and `load-memory.test.ts`: components that have a hard time. */
import { RealtimeProvider, useRealtime, useStream, useTopic } from "halyard/react";
import {
  Fragment,
  memo,
  type ReactElement,
  Suspense,
  startTransition,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
} from "react";
import { room } from "../channels.js";
import { control, log, mount } from "./mount.js";
import { count, Tally, tally } from "./tally.js";
import { fetchToken } from "./token.js";

const token = () => fetchToken("room:1");
const all = {
  channel: room({ id: "1" }),
  // Where there is a Provider, it is asked.
  ...(new URLSearchParams(location.search).has("provider") ? undefined : { token }),
  onError: ({ code }: { readonly code: string }) => log("errors", code),
  onGap: ({ reason }: { readonly reason: string }) => log("gaps", reason),
};

/** Takes the processor's time, as a chart does. */
function burn(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** Renders what the page received by every way, and slowly. */
function Flood(): ReactElement {
  const [hasVisitor, setVisitor] = useState(false);
  const [step, advance] = useReducer((step: number) => step + 1, 0);
  // Something is always going on besides: visitors come and go, and something heavy is rendered that nobody waits for.
  useEffect(() => {
    const timer = setInterval(() => {
      setVisitor((has) => !has);
      startTransition(advance);
    }, 50);
    control("calm", () => clearInterval(timer));
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <Whole />
      <Suspense fallback={<i>Waiting</i>}>
        <Whole name="within" />
        <Interrupted step={step} />
      </Suspense>
      {hasVisitor && <Visitor />}
      <Heavy step={step} />
      <Reader />
      <Chosen />
      <Reader />
    </>
  );
}

/** Has everything: what it commits, and what it hears of. */
function Whole({ name = "" }: { readonly name?: string }): ReactElement {
  const { messages, connectionStatus } = useRealtime({
    ...all,
    topics: ["tick"],
    onMessage: (message) => tally(`${name}onMessage`, [message]),
  });
  const late = useDeferredValue(messages.last?.data ?? 0);
  count("renders");
  const before = useRef<unknown>(undefined);
  useEffect(() => {
    count("commits");
    // React 19's StrictMode runs the effects of what a Suspense shows again a second time, of the very same render.
    if (before.current === messages.delta && messages.delta.length) return count("repeats");
    before.current = messages.delta;
    tally(`${name}delta`, messages.delta);
  }, [messages.delta, name]);
  return (
    <section>
      <output id={`${name}status`}>{connectionStatus}</output>
      <output className="last">{messages.last?.data}</output>
      <Rows value={late} />
    </section>
  );
}

/** Slow, and rendered for values that are behind: React interrupts it for what is more urgent. */
const Rows = memo(({ value }: { readonly value: number }) => (
  <ul>
    {Array.from({ length: 10 }, (_, i) => (
      <Row key={i} value={value} />
    ))}
  </ul>
));

function Row({ value }: { readonly value: number }): ReactElement {
  burn(1);
  count("rows");
  return <li className="late">{value}</li>;
}

/** Rendered by a transition that never has the time to end before the next one begins. */
function Heavy({ step }: { readonly step: number }): ReactElement {
  const late = useDeferredValue(step);
  return (
    <ul>
      {Array.from({ length: 10 }, (_, i) => (
        <HeavyRow key={i} step={late} />
      ))}
    </ul>
  );
}

/** It reads the store in a render that may be thrown away. */
const HeavyRow = memo(({ step }: { readonly step: number }) => {
  const last = useTopic(room({ id: "1" }).tick, all);
  burn(1);
  count("heavy");
  return (
    <li title={String(step)} className="last-tick">
      {last}
    </li>
  );
});

const waiting = new Map<number, Promise<void> & { isOver?: boolean }>();

/** Suspends with each third step, for as long as a request takes. */
function Interrupted({ step }: { readonly step: number }): ReactElement {
  const turn = Math.floor(step / 3);
  const [urgent, setUrgent] = useState(0);
  useEffect(() => {
    // Urgent too: what is there already is hidden meanwhile.
    const timer = setInterval(() => setUrgent((urgent) => urgent + 1), 180);
    return () => clearInterval(timer);
  }, []);
  for (const key of [turn, 1e6 + urgent]) {
    const promise: Promise<void> & { isOver?: boolean } =
      waiting.get(key) ?? new Promise<void>((resolve) => setTimeout(resolve, 20));
    if (!waiting.has(key)) {
      count("suspended");
      waiting.set(key, promise);
      void promise.then(() => {
        promise.isOver = true;
      });
    }
    if (!promise.isOver) throw promise;
  }
  return <i>{turn}</i>;
}

/** Comes late and leaves soon: while it is there it misses nothing. */
function Visitor(): ReactElement {
  const { messages } = useRealtime({
    ...all,
    topics: ["tick"],
    onMessage: (message) => mine.current.heard.add(message.data),
  });
  const mine = useRef({ delta: new Tally(), heard: new Tally() });
  useEffect(() => {
    for (const { data } of messages.delta) mine.current.delta.add(data);
  }, [messages.delta]);
  useEffect(() => {
    count("visits");
    const { delta, heard } = mine.current;
    return () => {
      for (const wrong of [...delta.wrong, ...heard.wrong]) log("visitors", wrong);
    };
  }, []);
  return <output className="last">{messages.last?.data}</output>;
}

/** Commits whenever something came, and looks then whether all who read the same show the same. */
function Reader(): ReactElement {
  const { messages } = useRealtime({ ...all, topics: ["tick"] });
  useLayoutEffect(() => {
    count("looks");
    for (const kind of ["last", "last-tick"]) {
      const shown = [...document.querySelectorAll<HTMLElement>(`.${kind}`)]
        // What a Suspense hid isn't shown.
        .filter((element) => !element.closest("[style*='display: none']"))
        .map(({ textContent }) => textContent);
      if (new Set(shown).size > 1) log("torn", `${kind}: ${shown.join()}`);
    }
  });
  return <output className="last">{messages.last?.data}</output>;
}

/** Renders what it selects: every hundredth. Nothing else makes it render. */
const Chosen = memo((): ReactElement => {
  const hundreds = useRealtime({
    ...all,
    topics: ["tick"],
    select: ({ messages }) => Math.floor((messages.last?.data ?? 0) / 100),
  });
  // React may render what it then doesn't use; this counts what it uses.
  useEffect(() => count("chosen"));
  return <output id="hundreds">{hundreds}</output>;
});

/** Everything that keeps something, for a long time. */
function Lasting(): ReactElement {
  const { messages, connectionStatus } = useRealtime({
    ...all,
    topics: ["tick"],
    onMessage: ({ data }) => tally("onMessage", [{ data }]),
  });
  const value = useTopic(room({ id: "1" }).tick, all);
  const [delta, hundreds] = useRealtime({
    ...all,
    topics: ["tick"],
    select: ({ messages }) => [messages.delta, Math.floor((messages.last?.data ?? 0) / 100)] as const,
  });
  count("renders");
  useEffect(() => tally("delta", messages.delta), [messages.delta]);
  useEffect(() => tally("selected", delta), [delta]);
  return (
    <>
      <output id="status">{connectionStatus}</output>
      <output id="last">{messages.last?.data}</output>
      <output id="value">{value}</output>
      <output id="hundreds">{hundreds}</output>
      <output id="kept">{messages.all.length}</output>
    </>
  );
}

/** Fifty components of all kinds, on one channel. */
function Fifty(): ReactElement {
  const kinds = [Whole, Chosen, Ticks, Notes, Both] as const;
  return (
    <>
      {Array.from({ length: 50 }, (_, i) => {
        const Kind = kinds[i % kinds.length] ?? Fragment;
        return <Kind key={i} />;
      })}
    </>
  );
}

function Ticks(): ReactElement {
  return <i className="tick">{useTopic(room({ id: "1" }).tick, all)}</i>;
}

function Notes(): ReactElement {
  const answer = useStream(room({ id: "1" }).answer, all);
  return (
    <i className="note">
      {useTopic(room({ id: "1" }).note, all)?.text}
      {answer.text}
    </i>
  );
}

function Both(): ReactElement {
  const { messages } = useRealtime({ ...all, topics: ["note", "tick"] });
  return <i className="tick">{messages.byTopic.tick?.data}</i>;
}

function Provided(): ReactElement {
  return (
    <RealtimeProvider
      token={({ channel, topics }) => {
        log("wanted", `${channel} ${topics.join()}`);
        return fetchToken(channel);
      }}
    >
      <Fifty />
    </RealtimeProvider>
  );
}

mount({ flood: Flood, lasting: Lasting, fifty: Fifty, provided: Provided });
