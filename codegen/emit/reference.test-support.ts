/** The reference of the model for the page, made of what its source says. */

/** A table for each interface of a source, and for each union of kinds. */
export function referenceOf(source: string): string {
  const names = [...source.matchAll(/\n\/\*\* (.*) \*\/\nexport type (\w+Name) =([^;]*);/g)].map(
    ([, doc, name, values = ""]) => {
      const each = [...values.matchAll(/"(\w+)"/g)].map(([, value]) => `\`${value}\``);
      return `### ${name}\n\n${doc} One of ${each.join(", ")}.\n`;
    },
  );
  const sections = [
    ...source.matchAll(
      /\n(?:\/\*\* (.*) \*\/\n)export (?:interface|type) (\w+)(?: \{| =)\n([\s\S]*?)\n\}?(?=\n|$)/g,
    ),
  ];
  const tables = sections.flatMap(([, doc = "", name = "", body = ""]) => {
    const rows = body.includes("kind:") ? kinds(body) : members(body, 2);
    return rows ? [`### ${name}\n\n${doc}\n\n${rows}\n`] : [];
  });
  return [...tables, ...names].join("\n");
}

const MEMBER = (indent: number) =>
  new RegExp(`((?:^ {${indent}}(?:/\\*\\*| \\*).*\\n)*)^ {${indent}}readonly (\\w+\\??): (.*);$`, "gm");

function members(body: string, indent: number): string | undefined {
  const rows = [...body.matchAll(MEMBER(indent))].map(([, doc = "", name = "", type = ""]) => {
    if (!doc.trim()) throw new Error(`${name} has no comment`);
    return `| \`${name}\` | \`${plain(type)}\` | ${textOf(doc)} |`;
  });
  return rows.length > 0 ? ["| member | type | |", "|---|---|---|", ...rows].join("\n") : undefined;
}

function kinds(body: string): string {
  const rows = [...body.matchAll(/ {2}\/\*\* (.*) \*\/\n {2}\| (\{ .* \}|\{[\s\S]*?\n {4}\});?$/gm)].map(
    ([, doc = "", text = ""]) => {
      const [kind = "", ...others] = [...text.matchAll(/readonly (\w+\??): ([^;}]*[^;} ])/g)].map(
        ([, name, type = ""]) => (name === "kind" ? type.replaceAll('"', "") : `\`${name}: ${plain(type)}\``),
      );
      const notes = [...text.matchAll(/\/\*\*([\s\S]*?)\*\/\s*readonly (\w+)/g)].map(
        ([, note = "", name]) => ` \`${name}\`: ${lowerFirst(textOf(note))}`,
      );
      return `| \`${kind}\` | ${others.join("<br>")} | ${doc}${notes.join("")} |`;
    },
  );
  return ["| kind | members | |", "|---|---|---|", ...rows].join("\n");
}

const plain = (type: string) =>
  type.replaceAll("readonly ", "").replace("typeof MODEL_VERSION", "1").replaceAll("|", "\\|");

const textOf = (doc: string) =>
  doc
    .split("\n")
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*\*|\*(?!\/))?\s?/, "")
        .replace(/\s*\*\/\s*$/, "")
        .trim(),
    )
    .filter((line) => line !== "")
    .join(" ")
    .replaceAll("|", "\\|");

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);
