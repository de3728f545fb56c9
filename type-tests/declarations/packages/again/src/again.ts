/** What a package exports that makes its own of another's channels. It has no dependency on "halyard": where compilers say TS2742. */
import { channels, news, pipeline, run } from "@example/channels/channels.js";

export * from "@example/channels/channels.js";
export { pipeline as renamed } from "@example/channels/channels.js";
export const first = pipeline({ runId: "1" });
export const tokens = first.tokens;
export const headline = news.text;
export const ran = (id: string) => run({ id, step: 0 });
export const renamedPage = channels.channel("page:home:1");
export const all = { news, pipeline };
export type Received = typeof pipeline.$infer;
