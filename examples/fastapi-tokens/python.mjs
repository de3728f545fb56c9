// @ts-check
import { spawnSync } from "node:child_process";

/** What it imports. Debian: python3-fastapi, python3-uvicorn. */
export const needed = ["fastapi", "uvicorn"];

/**
 * A Python that has FastAPI and uvicorn: `HALYARD_PYTHON`, or the first of a virtual environment that is active, those on the
 * PATH, and the system's own. `undefined` where none has.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findPython(env = process.env) {
  const { HALYARD_PYTHON: given, VIRTUAL_ENV: venv } = env;
  const candidates = given
    ? [given]
    : [...(venv ? [`${venv}/bin/python`] : []), "python3", "python", "/usr/bin/python3"];
  return candidates.find((python) => {
    const { status } = spawnSync(python, ["-c", `import ${needed.join(", ")}`], { stdio: "ignore", env });
    return status === 0;
  });
}
