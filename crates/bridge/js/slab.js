// The slab: JavaScript values that Python holds. Python's references are indices into `slots`; a released index goes to
// the free list. Slots 0 to 2 are the same in every page: `undefined`, `null` and `globalThis`. Those up to `FIRST_HANDLE`
// hold pinned methods (`attributes.js`).

// @ts-check

export const FIRST_PIN = 3;
export const FIRST_HANDLE = 256;

/** @type {unknown[]} */
export const slots = [undefined, null, globalThis, ...new Array(FIRST_HANDLE - FIRST_PIN).fill(undefined)];
/** @type {number[]} */
const free = [];

/** Counts for tests: crossings from Python into JavaScript, and strings copied either way. */
export const counters = { crossings: 0, strings: 0 };

/** @param {unknown} value @returns {number} */
export function hold(value) {
  const index = free.pop();
  if (index === undefined) return slots.push(value) - 1;
  slots[index] = value;
  return index;
}

/** A slot whose release somebody wants to know of, and who. */
let watched = -1;
let tell = () => {};

/** Calls `f` before slot `index` is released; one slot can be watched. @param {number} index @param {() => void} f */
export function watchSlot(index, f) {
  watched = index;
  tell = f;
}

/** Who wants to know of each value that is released. @type {((value: unknown) => void) | undefined} */
let hears;

/** @param {(value: unknown) => void} f called before a value is released */
export function hearReleases(f) {
  hears = f;
}

/** @param {number} index */
export function release(index) {
  if (index === watched) {
    watched = -1;
    tell();
  }
  if (hears !== undefined) hears(slots[index]);
  slots[index] = undefined;
  free.push(index);
}

/** @param {number} index @returns {unknown} */
export function held(index) {
  return slots[index];
}

/** Lets go of all values. */
export function clear() {
  slots.fill(undefined, FIRST_PIN);
  slots.length = FIRST_HANDLE;
  free.length = 0;
  watched = -1;
}

/** Handles that Python holds, with what they refer to. @returns {[slot: number, value: unknown][]} */
export function live() {
  const released = new Set(free);
  /** @type {[number, unknown][]} */
  const held = [];
  for (let slot = FIRST_HANDLE; slot < slots.length; slot += 1) if (!released.has(slot)) held.push([slot, slots[slot]]);
  return held;
}

/** Puts values where a session that nothing has run in refers to them. @param {[slot: number, value: unknown][]} handles */
export function adopt(handles) {
  clear();
  for (const [slot, value] of handles) {
    while (slots.length < slot) free.push(slots.push(undefined) - 1);
    slots[slot] = value;
  }
}

/** Live handles that Python holds. */
export function liveHandles() {
  return slots.length - FIRST_HANDLE - free.length;
}

/** @returns {number} */
export function crossings() {
  return counters.crossings;
}

/** @returns {number} */
export function copiedStrings() {
  return counters.strings;
}
