/** Generates from random payloads, many in one project: compilers are slow to start. */
import path from "node:path";
import { makeProject } from "../fixtures/temp-project.js";
import type { Workshop } from "../fixtures/workshop.js";
import { generate, isCodegenError } from "../index.js";
import type { makeBundler } from "../round-trip/bundle.test-support.js";
import { roundTrip } from "../round-trip/round-trip.test-support.js";
import { printModule } from "./print.test-support.js";
import type { Payload } from "./shape.test-support.js";

/** What is wrong with one of the payloads. */
export interface Wrong {
  readonly index: number;
  readonly what: string;
}

export interface Tools {
  readonly workshop: Workshop;
  readonly bundler: ReturnType<typeof makeBundler>;
}

/** What is wrong, of the first payload found; `undefined` where nothing is. */
export async function checkPayloads(
  payloads: readonly Payload[],
  { workshop, bundler }: Tools,
  exactOptionalPropertyTypes: boolean,
): Promise<Wrong | undefined> {
  const { paths, ...options } = workshop.options;
  const compilerOptions = { ...options, paths, exactOptionalPropertyTypes };
  const modules = payloads.map((payload, i) => [`src/s${i}.ts`, printModule(payload, i)] as const);
  const project = makeProject({
    "package.json": JSON.stringify({ type: "module" }),
    "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }),
    ...Object.fromEntries(modules),
    "oracle.ts": payloads.map(oracle).join("\n"),
  });
  try {
    const { files, models } = await generate({ cwd: project.root, cache: false });
    const [model] = models;
    const output = files[0]?.file ?? "";
    if (!model || model.channels.length !== payloads.length) throw new Error("Some channels weren't found.");
    const config = { compilerOptions, files: [path.join(project.root, "oracle.ts"), output] };
    const problems = workshop.compile("property", config);
    if (problems) return fromCompiler(problems, files[0]?.text ?? "");
    const loaded = await bundler.load(project.root, model, output);
    await roundTrip(model, loaded, { seed: 1, values: 5, isStrict: false });
    return undefined;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const found = isCodegenError(error) ? /src\/s(\d+)\.ts/.exec(what) : /^c(\d+)\./.exec(what);
    if (!found) throw error;
    return { index: Number(found[1]), what };
  } finally {
    project.remove();
  }
}

/** A line for each payload: the compiler's complaint about it names the line. */
function oracle({ language }: Payload, index: number): string {
  const topic = (from: string) => `MapOf<typeof import("./src/${from}.js").c${index}>["t"]`;
  const side = (name: string) => {
    const expected =
      language === "static"
        ? `import("./src/s${index}.js").Expected`
        : `SideOf<${topic(`s${index}`)}, "${name}">`;
    return `Equal<SideOf<${topic("halyard.gen")}, "${name}">, ${expected}>`;
  };
  const equal = JSON.stringify(path.join(import.meta.dirname, "../fixtures/equal.js"));
  const imports = index === 0 ? `import type { Equal, Expect, MapOf, SideOf } from ${equal}; ` : "";
  return `${imports}export type C${index} = Expect<[${side("input")}, ${side("output")}]>;`;
}

function fromCompiler(problems: string, generated: string): Wrong {
  const [first = ""] = problems.split("\n");
  const [, file = "", line = ""] = /([^/\\]+)\((\d+),\d+\)/.exec(first) ?? [];
  const source = /^s(\d+)\.ts$/.exec(file)?.[1];
  if (source !== undefined) throw new Error(`A random type isn't valid itself: ${problems}`);
  if (file === "oracle.ts") return { index: Number(line) - 1, what: `its types aren't equal\n${first}` };
  const above = generated.split("\n").slice(0, Number(line));
  const index = above.findLast((text) => /^\/\/ c\d+, from /.test(text))?.match(/\d+/)?.[0];
  if (index === undefined) throw new Error(problems);
  return { index: Number(index), what: `the output doesn't compile\n${first}` };
}
