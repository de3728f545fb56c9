/** A channel's name and its params as a contract has them. */
import type { Hole, NameModel, ParamModel } from "../../model.js";
import { templateText } from "../text.js";
import type { Json } from "./json.js";
import { contractType, propertyEntry } from "./type.js";

export function nameEntries(name: NameModel): readonly (readonly [key: string, value: Json])[] {
  switch (name.kind) {
    case "literal":
      return [["name", name.name]];
    case "pattern": {
      const values = name.values ?? name.params.map((param) => ({ name: param, type: string }));
      return [
        ["name", name.pattern],
        ["params", { members: values.map(propertyEntry) }],
      ];
    }
    case "function": {
      const parts = name.template.map((part) =>
        typeof part === "string" ? templateText(part) : `\${${holeText(part, name.params)}}`,
      );
      return [
        ["name", `\`${parts.join("")}\``],
        ["names", contractType(name.type)],
        // A list: it may take several.
        ["params", name.params.map((param) => ({ members: [propertyEntry(param)] }))],
      ];
    }
  }
}

const string = { kind: "primitive", name: "string" } as const;

function holeText({ param, path, encode }: Hole, params: readonly ParamModel[]): string {
  const value = [params[param]?.name, ...path].join(".");
  return encode ? `encodeURIComponent(${value})` : value;
}
