/** Looks at a type and at what it is made of. */
import type { TypeModel } from "./model.js";

/**
 * Calls `visit` with a type and with each type inside of it, outermost first. It doesn't follow a `ref`: what that names
 * is in the channel's `types`.
 *
 * @example
 * ```ts
 * const dates: TypeModel[] = [];
 * for (const { type } of channel.types) {
 *   visitTypes(type, (part) => part.kind === "builtin" && part.name === "Date" && dates.push(part));
 * }
 * ```
 */
export function visitTypes(type: TypeModel, visit: (type: TypeModel) => unknown): void {
  visit(type);
  for (const part of partsOf(type)) visitTypes(part, visit);
}

function partsOf(type: TypeModel): readonly TypeModel[] {
  switch (type.kind) {
    case "array":
    case "set":
      return [type.of];
    case "map":
      return [type.key, type.value];
    case "union":
      return type.of;
    case "template":
      return type.types;
    case "tuple":
      return type.elements.map((element) => element.type);
    case "object":
      return [
        ...(type.index ?? []).flatMap((signature) => [signature.key, signature.type]),
        ...type.properties.map((property) => property.type),
      ];
    default:
      return [];
  }
}
