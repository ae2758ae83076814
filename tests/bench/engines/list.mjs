/**
 * The engines that take part, as the driver sees them.
 *
 * @typedef {import("../types.js").EngineId} EngineId
 * @typedef {object} Engine
 * @property {EngineId} id
 * @property {string} title
 * @property {string | null} peer the package whose version the report names
 * @property {{ start: string, programs: string } | null} built files under pkg/ without which it cannot run
 */

/** @type {readonly Engine[]} */
export const ENGINES = [
  { id: "js", title: "JavaScript", peer: null, built: null },
  { id: "pyodide", title: "Pyodide", peer: "pyodide", built: null },
  {
    id: "micropython",
    title: "MicroPython",
    peer: "@micropython/micropython-webassembly-pyscript",
    built: null,
  },
  { id: "krait", title: "Krait", peer: null, built: { start: "krait.js", programs: "kernel.js" } },
];

/**
 * @param {EngineId} id
 * @returns {Engine}
 */
export function engine(id) {
  const found = ENGINES.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`There is no engine "${id}".`);
  return found;
}
