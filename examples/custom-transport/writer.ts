/** A process of its own that publishes to a folder, and tells its parent what was stored. For a test. */
import { folder } from "./folder.js";

const [path = "", name = "", keep = ""] = process.argv.slice(2);
// Small files, so that many end while several processes write.
const transport = folder({ path, history: Number(keep), keyWindow: "1m" });

for (let i = 0; process.connected; i++) {
  const frames = Array.from({ length: 1 + (i % 4) }, (_, j) => {
    const payload = JSON.stringify({
      topic: "note",
      data: `${name} ${i}.${j} ${"x".repeat(i % 300)}`,
      createdAt: 0,
    });
    // Every process publishes this one; one of them is first.
    const key = j === 3 ? `round ${i}` : undefined;
    return { topic: "note", payload, content: key ?? payload, key, size: payload.length };
  });
  const results = await transport.publish("shared", frames);
  const stored = results.flatMap((result, j) =>
    "id" in result ? [{ id: result.id, payload: frames[j]?.payload, duplicate: result.duplicate }] : [],
  );
  process.send?.(stored);
}
