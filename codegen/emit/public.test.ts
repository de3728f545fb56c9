import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const here = import.meta.dirname;
/** What the users of `halyard/codegen` can import, type or value. */
const index = readFileSync(path.join(here, "../index.ts"), "utf8");
const exported = [...index.matchAll(/export (?:type )?\{([^}]*)\} from "\.\/([\w/-]+)\.js";/g)].flatMap(
  ([, names = "", file]) => names.split(",").map((name) => `${file}: ${name.replace("type ", "").trim()}`),
);
const whole = [...index.matchAll(/export type \* from "\.\/([\w/-]+)\.js";/g)].map(([, file]) => file);

const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter(
  (file) =>
    /^(typescript|contract|scope|text|type)\b.*\.ts$/.test(file) && !/\.test(-support)?\.ts$/.test(file),
);

test("the built-in emitters use what the emitters of users can use, and nothing else", () => {
  const used = files.flatMap((file) => {
    const text = readFileSync(path.join(here, file), "utf8");
    const imports = text.matchAll(/import (type )?\{([^}]*)\} from "([^"]+)\.js";/g);
    return [...imports].flatMap(([, type, names = "", from = ""]) => {
      const module = path.posix.join("emit", path.posix.dirname(file.replaceAll("\\", "/")), from);
      if (module.startsWith("emit/") || (type && whole.includes(module))) return [];
      return names
        .split(",")
        .map((name) => name.replace("type ", "").trim())
        .filter((name) => name !== "")
        .map((name) => `${module}: ${name}`);
    });
  });
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((name) => !exported.includes(name))).toEqual([]);
});
