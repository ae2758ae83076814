// Every native module's functions, called with what they do not expect, each module in a kernel of its own: none may trap or hang.
import { keepNoBodies } from "../support/bodies.mjs";
import { launch } from "../support/browser.mjs";
import { KNOWN, LEFT_OUT } from "./natives-known.mjs";

/** Milliseconds without a word after which a kernel counts as hanging. */
const PATIENCE = 60_000;
/** Calls that may end a module's kernel before the module is given up. */
const TRIES = 8;

/** @typedef {{ module: string, without?: string[], only?: string, every?: boolean }} Task */
/**
 * How a kernel ended: `done`, or why not, at which call; `lost` if the page could not say so itself.
 * @typedef {{ end: string, call: string, made: number, modules: string[], lost: boolean }} Ended
 */

/** Makes calls in pages, one after the other; the browser of one that hangs is closed with it. */
class Lane {
  /** @type {import("playwright-core").Browser | undefined} */
  #browser;
  /** Of all its pages, which then compile the kernel once. @type {import("playwright-core").BrowserContext | undefined} */
  #context;
  #origin;

  /** @param {string} origin of the server */
  constructor(origin) {
    this.#origin = origin;
  }

  async close() {
    const browser = this.#browser;
    this.#browser = this.#context = undefined;
    await browser?.close().catch(() => {});
  }

  /** @param {Task} task @returns {Promise<Ended>} */
  async run(task) {
    this.#browser ??= await launch();
    this.#context ??= await this.#browser.newContext();
    const page = await this.#context.newPage();
    await keepNoBodies(page);
    /** @type {Ended} */
    const ended = { end: "", call: "", made: 0, modules: [], lost: false };
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    await new Promise((resolve) => {
      const finish = (/** @type {string} */ end) => {
        ended.end = end;
        resolve(undefined);
      };
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          ended.lost = true;
          finish(`hangs: it did not go on within ${PATIENCE / 1000} s`);
        }, PATIENCE);
      };
      alive();
      page.on("dialog", (dialog) => void dialog.dismiss());
      page.on("crash", () => {
        ended.lost = true;
        finish("the page crashed");
      });
      page.on("console", (message) => {
        if (!message.text().startsWith("natives ")) return;
        alive();
        const [kind, first, second, third] = JSON.parse(message.text().slice(8));
        if (kind === "now") ended.call = first;
        else if (kind === "modules") {
          ended.modules = first;
          finish("done");
        } else if (kind === "done") {
          ended.made = first;
          finish(second === "6" ? "done" : `an ordinary program gives ${second} afterwards`);
        } else {
          if (first !== "") ended.call = first;
          finish(`${second} ${third}`.trim());
        }
      });
      const query = new URLSearchParams({ task: JSON.stringify({ without: [], only: "", every: false, ...task }) });
      page.goto(`${this.#origin}/tests/stdlib/natives.html?${query}`).catch((error) => finish(String(error)));
    });
    clearTimeout(timer);
    if (ended.lost) await this.close();
    else await page.close();
    return ended;
  }
}

/** What a panic says first, or what a traceback says last. @param {string} end */
const words = (end) => (end.startsWith("KR") ? end.slice(0, 600) : (end.trim().split("\n").at(-1) ?? ""));

/**
 * A test for each native module, and one for each call that is known to end the session; and what closes the browsers.
 * @param {string} origin @param {string} filter
 * @returns {Promise<{ tests: import("../support/report.mjs").Test[], close: () => Promise<void> }>}
 */
export async function nativesTests(origin, filter) {
  /** @type {Lane[]} */
  const lanes = [];
  /** @type {Lane[]} */
  const free = [];
  /** @param {(lane: Lane) => Promise<string[]>} work */
  const inLane = async (work) => {
    let lane = free.pop();
    if (lane === undefined) lanes.push((lane = new Lane(origin)));
    try {
      return await work(lane);
    } finally {
      free.push(lane);
    }
  };
  const close = async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
  };

  /** @type {string[]} */
  let modules = [];
  const end = await inLane(async (lane) => {
    const listed = await lane.run({ module: "" });
    modules = listed.modules;
    return [listed.end];
  });
  if (end[0] !== "done") throw new Error(`the native modules cannot be listed: ${end}`);
  const unknown = [...Object.keys(LEFT_OUT), ...Object.keys(KNOWN)].filter((call) => !modules.includes(call.split(".")[0] ?? ""));
  if (unknown.length > 0) throw new Error(`there is no native module for ${unknown.join(", ")}`);

  /** @param {Lane} lane @param {string} module @returns {Promise<string[]>} */
  const whole = async (lane, module) => {
    const without = [...Object.keys(LEFT_OUT), ...Object.keys(KNOWN)];
    const problems = [];
    for (let tries = 0; tries < TRIES; tries++) {
      let ended = await lane.run({ module, without });
      // Not every call was told: once more, to know which it was.
      if (ended.lost) ended = await lane.run({ module, without, every: true });
      if (ended.end === "done") return ended.made > 0 ? problems : [...problems, "nothing was called"];
      problems.push(`${ended.call}: ${words(ended.end)}`);
      // An exception of the test's own, which all tries would meet.
      if (!ended.lost && !ended.end.startsWith("KR")) return problems;
      without.push(ended.call);
    }
    return [...problems, `given up after ${TRIES} calls`];
  };

  /** @param {Lane} lane @param {string} call @param {string} says @returns {Promise<string[]>} */
  const known = async (lane, call, says) => {
    const { end, made } = await lane.run({ module: call.split(".")[0] ?? "", without: Object.keys(LEFT_OUT), only: call });
    if (end === "done") return [made > 0 ? `passes now: take it out of natives-known.mjs (${says})` : "no such call is made"];
    return end.includes(says) ? [] : [`${words(end)}, expected ${says}`];
  };

  const tests = [
    ...modules.map((module) => ({ name: `calls of ${module}`, run: () => inLane((lane) => whole(lane, module)) })),
    ...Object.values(KNOWN).flatMap((calls) =>
      Object.entries(calls).map(([call, says]) => ({
        name: `known to end the session: ${call}`,
        run: () => inLane((lane) => known(lane, call, says)),
      })),
    ),
  ];
  return { tests: tests.filter(({ name }) => name.includes(filter)), close };
}
