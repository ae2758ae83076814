// Handles in snapshots: a value that a name of the realm leads to, such as `fetch` or `console.log`, is written as that name
// and looked up again where the snapshot is used.

// @ts-check

import { adopt, live } from "./slab.js";

/** @param {string} path @returns {unknown} */
function lookUp(path) {
  return path.split(".").reduce((/** @type {any} */ object, name) => object?.[name], globalThis);
}

/** What can be told of a value in a sentence. @param {unknown} value */
function describe(value) {
  if (typeof value === "function") return `the function ${value.name || "without a name"}`;
  return Object.prototype.toString.call(value);
}

/** The realm's own values, and those that belong to one of them, by their shortest names. */
function namesOfRealm() {
  /** @type {Map<unknown, string>} */
  const names = new Map();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    try {
      const value = /** @type {any} */ (globalThis)[name];
      if (Object(value) === value && !names.has(value)) names.set(value, name);
    } catch {
      // Storage in a frame that may have none.
    }
  }
  for (const [object, name] of [...names]) {
    if (object === globalThis) continue;
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (Object(value) === value && !names.has(value) && !key.includes(".")) names.set(value, `${name}.${key}`);
    }
  }
  return names;
}

/**
 * The slots that Python holds and the names of what is in them.
 * @returns {[slot: number, name: string][]}
 */
export function nameHandles() {
  const held = live();
  if (held.length === 0) return [];
  const names = namesOfRealm();
  return held.map(([slot, value]) => {
    const name = names.get(value);
    if (name === undefined) throw new Error(`Python holds a JavaScript value that no global name leads to, ${describe(value)}`);
    return [slot, name];
  });
}

/** Fills the slab of a session that begins with a snapshot. @param {[slot: number, name: string][]} handles */
export function adoptHandles(handles) {
  adopt(
    handles.map(([slot, name]) => {
      const value = lookUp(name);
      if (value === undefined) throw new Error(`Python in it refers to \`${name}\`, which is not here`);
      return [slot, value];
    }),
  );
}
