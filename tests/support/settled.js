// For pages of tests: what is alive on both sides of the boundary, after everything that can go has gone. The browser must
// run with --js-flags=--expose-gc.

/** @typedef {{ handles: number, objects: number, crossings: number, strings: number, entries: number }} Counts */
/** @typedef {{ counts: Counts, runPython(code: string): unknown }} Counted */

/** Turns of the loop after which a reference that is still there is taken for kept. */
const TURNS = 200;

const FORGET = `
import sys as _sys
for _name in [n for n in globals() if n not in _kept]:
    del globals()[_name]
for _name in ("last_exc", "last_value", "last_type", "last_traceback"):
    if hasattr(_sys, _name):
        delattr(_sys, _name)
del _kept, _name, _sys
`;

/** One turn of the page's loop, so that finalizers run. */
const turn = () => new Promise((done) => setTimeout(done));

/** Collects what JavaScript has dropped: garbage first, then what its finalizers gave back. */
async function collect() {
  const gc = /** @type {undefined | (() => void)} */ (/** @type {any} */ (globalThis).gc);
  if (gc === undefined) throw new Error("there is no gc(): start the browser with --js-flags=--expose-gc");
  gc();
  await turn();
}

/**
 * The counts once they have come down to `floor`, or after some turns of the loop in which they have not.
 * @param {Counted} kernel
 * @param {{ handles: number, objects: number }} floor
 * @param {number} [turns] after how many
 * @returns {Promise<Counts>}
 */
export async function settled(kernel, floor, turns = TURNS) {
  for (let i = 0; ; i += 1) {
    kernel.runPython("import gc; gc.collect(); None");
    await collect();
    const counts = kernel.counts;
    if (i >= turns || (counts.handles <= floor.handles && counts.objects <= floor.objects)) return counts;
  }
}

/** The names that are there now stay when the others go. @param {Counted} kernel */
export function remember(kernel) {
  kernel.runPython("_kept = {*globals(), '_kept', '_name', '_sys'}; None");
}

/** The names that came after `remember` go, and with them what they hold; what a program left in other places stays. @param {Counted} kernel */
export function forget(kernel) {
  kernel.runPython(FORGET);
}
