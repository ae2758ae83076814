/**
 * The rows of `ffi`: what crosses between Python and JavaScript.
 *
 * @typedef {import("../types.js").FfiRow} FfiRow
 */
import { AWAITING } from "./awaiting.mjs";
import { CALLS } from "./calls.mjs";
import { VALUES } from "./values.mjs";

/** @type {readonly FfiRow[]} */
export const ROWS = [...CALLS, ...VALUES, ...AWAITING];
