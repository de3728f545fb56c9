/** Where things stand in a user's sources, for error messages. */
import path from "node:path";
import type { ts } from "ts-morph";
import type { Place } from "../errors.js";
import { frameOf } from "../frame.js";

/** A path relative to the project's folder, the same on every system. */
export const relativePath = (root: string, file: string): string =>
  path.relative(root, file).split(path.sep).join("/");

/** The place of a node, with the lines around it. */
export function placeOf(node: ts.Node, root: string): Place {
  const source = node.getSourceFile();
  return placeAt(source, node.getStart(source), root);
}

/** The place of a character. */
export function placeAt(source: ts.SourceFile, position: number, root: string): Place {
  const { line, character } = source.getLineAndCharacterOfPosition(position);
  return {
    file: relativePath(root, source.fileName),
    line: line + 1,
    column: character + 1,
    frame: frameOf(source.text, line, character),
  };
}
