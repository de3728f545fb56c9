import { type KeyboardEvent, useRef, useState, useTransition } from "react";
import type { Refused } from "../../actions";
import { Arrow, Square } from "../../icons";

interface ComposerProps {
  /** What keeps the chat from going on. */
  readonly trouble: string | null;
  readonly onAsk: (question: string) => Promise<Refused | undefined>;
  /** Where an answer is under way. */
  readonly onStop: (() => Promise<Refused | undefined>) | undefined;
}

/** Where one writes, and stops what is being answered. */
export function Composer({ trouble, onAsk, onStop }: ComposerProps) {
  const form = useRef<HTMLFormElement>(null);
  const [refused, setRefused] = useState<string>();
  const [isPending, begin] = useTransition();
  const isClosed = isPending || onStop !== undefined;

  function submit(data: FormData): void {
    const question = String(data.get("question")).trim();
    if (question === "" || isClosed) return;
    begin(async () => {
      const answer = await onAsk(question);
      setRefused(answer?.refused);
      if (!answer) form.current?.reset();
    });
  }

  function sendOnEnter(event: KeyboardEvent): void {
    // Who composes a character, as in Japanese, ends that with Enter.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  }

  return (
    <div className="below">
      <p className="trouble" role="alert">
        {trouble ?? refused}
      </p>
      <form
        ref={form}
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <label className="hidden" htmlFor="question">
          Your question
        </label>
        <textarea
          id="question"
          name="question"
          rows={1}
          placeholder="Ask on"
          required
          maxLength={2000}
          onKeyDown={sendOnEnter}
        />
        {onStop ? (
          <button
            type="button"
            className="round"
            aria-label="Stop"
            onClick={() => begin(async () => setRefused((await onStop())?.refused))}
          >
            <Square />
          </button>
        ) : (
          <button type="submit" className="round" aria-label="Ask" disabled={isPending}>
            <Arrow />
          </button>
        )}
      </form>
      <p className="hint">Reload while an answer is being written: it goes on where it was.</p>
    </div>
  );
}
