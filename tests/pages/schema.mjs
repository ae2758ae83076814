// Checks a case.json before it runs: a misspelt key would otherwise be a test that tests nothing.

/** @typedef {import("./case.d.ts").Case} Case */
/** @typedef {(value: unknown, at: string) => string[]} Check */

/** @type {Check} */
const string = (value, at) => (typeof value === "string" && value !== "" ? [] : [`${at} must be a text`]);
/** @type {Check} */
const boolean = (value, at) => (typeof value === "boolean" ? [] : [`${at} must be true or false`]);
/** @type {Check} */
const number = (value, at) => (typeof value === "number" && value >= 0 ? [] : [`${at} must be a number, not below 0`]);
/** @type {Check} */
const anyString = (value, at) => (typeof value === "string" ? [] : [`${at} must be a text`]);

/** @type {Check} */
const pattern = (value, at) => {
  if (typeof value !== "string") return [`${at} must be a text or /expression/`];
  try {
    toMatcher(value);
    return [];
  } catch (error) {
    return [`${at}: ${error instanceof Error ? error.message : error}`];
  }
};

/**
 * @param {Check} check
 * @returns {Check}
 */
const listOf = (check) => (value, at) =>
  Array.isArray(value) ? value.flatMap((item, index) => check(item, `${at}[${index}]`)) : [`${at} must be a list`];

/**
 * @param {Check[]} checks
 * @returns {Check}
 */
const tuple = (...checks) => (value, at) =>
  Array.isArray(value) && value.length === checks.length
    ? checks.flatMap((check, index) => check(value[index], `${at}[${index}]`))
    : [`${at} must be a list of ${checks.length}`];

/**
 * @param {Check} check
 * @returns {Check}
 */
const mapOf = (check) => (value, at) =>
  isObject(value) ? Object.entries(value).flatMap(([key, item]) => check(item, `${at}[${JSON.stringify(key)}]`)) : [`${at} must be an object`];

/**
 * @param {Check} check
 * @returns {Check}
 */
const orNull = (check) => (value, at) => (value === null ? [] : check(value, at));

/**
 * @param {Record<string, Check>} keys
 * @param {string[]} required
 * @returns {Check}
 */
const object = (keys, required = []) => (value, at) => {
  if (!isObject(value)) return [`${at} must be an object`];
  const problems = required.filter((key) => !(key in value)).map((key) => `${at} lacks ${key}`);
  for (const [key, item] of Object.entries(value)) {
    const check = keys[key];
    if (check === undefined) problems.push(`${at} has the unknown key ${key}; known are ${Object.keys(keys).join(", ")}`);
    else problems.push(...check(item, `${at}.${key}`));
  }
  return problems;
};

/**
 * One of several shapes, told apart by a key that only one of them has.
 * @param {Record<string, Check>} shapes
 * @returns {Check}
 */
const oneOf = (shapes) => (value, at) => {
  if (!isObject(value)) return [`${at} must be an object with one of ${Object.keys(shapes).join(", ")}`];
  const keys = Object.keys(value).filter((key) => key in shapes);
  const check = keys.length === 1 && keys[0] !== undefined ? shapes[keys[0]] : undefined;
  return check === undefined ? [`${at} must have exactly one of ${Object.keys(shapes).join(", ")}`] : check(value, at);
};

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const waitShapes = oneOf({
  event: object({ event: string, count: number }),
  selector: object({ selector: string, text: pattern, hidden: boolean }),
  console: object({ console: pattern }),
  banner: object({ banner: pattern }),
});
/** @type {Check} */
const wait = (value, at) => (typeof value === "string" ? string(value, at) : waitShapes(value, at));

const expectation = object({
  text: mapOf(pattern),
  html: mapOf(pattern),
  value: mapOf(pattern),
  attributes: mapOf(mapOf(orNull(pattern))),
  count: mapOf(number),
  console: listOf(pattern),
  notConsole: listOf(pattern),
  events: listOf(pattern),
  banner: listOf(pattern),
  requests: mapOf(number),
  memory: object({ wasmPages: number, heap: number }),
  noConsoleErrors: boolean,
  fits: boolean,
});

const step = oneOf({
  click: object({ click: string }),
  dblclick: object({ dblclick: string }),
  hover: object({ hover: string }),
  check: object({ check: string }),
  press: object({ press: string, on: string }),
  fill: object({ fill: tuple(string, anyString) }),
  type: object({ type: tuple(string, anyString) }),
  select: object({ select: tuple(string, anyString) }),
  dispatch: object({ dispatch: tuple(string, string) }),
  eval: object({ eval: string }),
  reload: object({ reload: boolean }),
  gc: object({ gc: boolean }),
  wait: object({ wait }),
  expect: object({ expect: expectation }),
});

const rule = object(
  {
    path: string,
    status: number,
    body: anyString,
    headers: mapOf(anyString),
    delay: number,
    hang: boolean,
    truncate: number,
    bytesPerSecond: number,
  },
  ["path"],
);

const shape = object({
  about: string,
  page: string,
  wait: orNull(wait),
  steps: listOf(step),
  expect: expectation,
  profile: string,
  tasks: object({ longest: number, visits: number }, ["longest", "visits"]),
  kept: boolean,
  snapshot: object({ selectors: listOf(string), progress: boolean }),
  serve: object({ headers: mapOf(anyString), rules: listOf(rule), isolated: boolean, cache: boolean, bytesPerSecond: number }),
  viewport: tuple(number, number),
  before: string,
  known_failure: string,
  timeout: number,
});

/**
 * @param {unknown} value
 * @returns {string[]} what is wrong
 */
export function checkCase(value) {
  const problems = shape(value, "case");
  if (problems.length === 0 && isObject(value) && !("expect" in value) && !("steps" in value) && !("snapshot" in value) && !("tasks" in value) && !("kept" in value)) {
    problems.push("case expects nothing: give it expect, steps, tasks, kept or snapshot");
  }
  return problems;
}

/** @param {string} text */
export const collapse = (text) => text.replace(/\s+/g, " ").trim();

/**
 * @param {string} text a pattern
 * @returns {(actual: string) => boolean}
 */
export function toMatcher(text) {
  const expression = /^\/(.*)\/([a-z]*)$/s.exec(text);
  if (expression === null) return (actual) => collapse(actual) === collapse(text);
  const compiled = new RegExp(expression[1] ?? "", expression[2]);
  return (actual) => compiled.test(actual);
}
