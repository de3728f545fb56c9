/** Text of paragraphs and numbered lists, also while it is being written. */
export function Prose({ text }: { readonly text: string }) {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== "")
    .map((block, index) => {
      const items = block.split(/\n/).filter((line) => line.trim() !== "");
      // Blocks only grow at the end: a place is a block for good.
      const key = `${index}`;
      if (!items.every((line) => /^\d+\./.test(line))) return <p key={key}>{block}</p>;
      return (
        <ol key={key}>
          {items.map((line) => (
            <li key={line.slice(0, 3)}>{line.replace(/^\d+\.\s*/, "")}</li>
          ))}
        </ol>
      );
    });
}
