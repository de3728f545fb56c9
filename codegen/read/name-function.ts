/** Reads a name function's source: what it does with its params, in the few forms that can be told for sure. */
import { ts } from "ts-morph";
import type { NameModel, ParamModel } from "../model.js";
import type { Facts } from "./facts.js";
import { findFunction } from "./find-function.js";
import type { Owner } from "./name.js";
import { readTemplate, Unreadable } from "./template.js";
import { verifyTemplate } from "./verify-template.js";
import type { Walker } from "./walker.js";

/** `undefined` where it was reported. */
export function readNameFunction(owner: Owner, facts: Facts, walker: Walker): NameModel | undefined {
  const { checker, report } = walker;
  try {
    const found = findFunction(owner.declaration, walker.program);
    if (!found)
      throw new Unreadable(owner.node, "its name function isn't written in a call of realtime.channel here");
    const params = found.parameters.map((param, i): ParamModel => {
      const given = ts.isIdentifier(param.name) ? param.name.text : undefined;
      if (param.dotDotDotToken || param.initializer || given === "this") {
        throw new Unreadable(param, "it has a param with a default, a rest of params, or `this`");
      }
      const name = given ?? (i === 0 ? "params" : `params${i + 1}`);
      const path = `channel "${owner.id}", the name function's ${name}`;
      const type = walker.walk(checker.getTypeAtLocation(param), { path, node: param, words: name });
      return { name, type, ...(param.questionToken ? { optional: true } : {}) };
    });
    const reading = readTemplate(found, checker);
    verifyTemplate(found, reading, checker);
    const at = { path: `channel "${owner.id}", its name`, node: owner.node, words: "name" };
    return { kind: "function", type: walker.walk(facts.name, at), params, template: reading.template };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    report(
      {
        code: "CODEGEN_NAME_FUNCTION",
        message: `channel "${owner.id}": its name function can't be read: ${error.message}.`,
        fix: `write the name as a pattern, such as "run:{runId}"; its values are encoded, and its names can be read back`,
      },
      error.node,
    );
    return undefined;
  }
}
