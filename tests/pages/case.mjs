// One page test: its server, its browser context, its steps, its expectations.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { mounts, repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { diff } from "../support/report.mjs";
import { secondVisit } from "./kept.mjs";
import { COLLECT_MEMORIES, memoryOf } from "./memory.mjs";
import { collapse, toMatcher } from "./schema.mjs";
import { traceTasks } from "./tasks.mjs";

/** @typedef {import("./case.d.ts").Case} Case */
/** @typedef {import("./case.d.ts").Step} Step */
/** @typedef {import("./case.d.ts").Wait} Wait */
/** @typedef {import("./case.d.ts").Expect} Expect */
/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../../crates/xtask/web/server.d.ts").RunningServer} RunningServer */

/** Runs in the page before its own scripts: tells the test of every event of ours and every banner. */
const RECORDER = `(() => {
  const tell = globalThis.kraitTestRecord;
  delete globalThis.kraitTestRecord;
  const name = (node) => !(node instanceof Element) ? "" : node.id ? "#" + node.id : node.localName;
  for (const type of ["py:ready", "py:done", "py:all-done", "py:progress"]) {
    addEventListener(type, (event) => {
      const detail = type === "py:progress" && event.detail ? String(event.detail.stage ?? event.detail) : "";
      tell("event", [type, name(event.target), detail].filter(Boolean).join(" "));
    }, true);
  }
  const seen = new WeakSet();
  const look = (node) => {
    if (!(node instanceof Element)) return;
    for (const banner of [node, ...node.querySelectorAll(".py-error")]) {
      if (banner.matches(".py-error") && !seen.has(banner)) {
        seen.add(banner);
        tell("banner", banner.textContent ?? "");
      }
    }
  };
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.addedNodes) look(node);
  }).observe(document, { childList: true, subtree: true });
})();`;

/** What a case's page is compared with. */
const SNAPSHOT = "expected.txt";
/** How long a page gets between two looks at its DOM, in milliseconds. */
const LOOK = 50;
/** How a page has ended whose process is gone. */
const CRASHED = "the page crashed";
/** How many of the last lines a report of a failure has. */
const LAST_LINES = 12;
/** How long an expectation may take to come true, in milliseconds. A case that takes longer has a `wait` for that. */
const SETTLE = 15_000;

/** A case while it runs. */
export class PageCase {
  /** @type {{ kind: "console" | "event" | "banner" | "error", text: string }[]} */
  transcript = [];
  /** @type {Set<() => void>} */
  #waiting = new Set();
  #deadline = 0;
  /** Whether the page's process has ended. */
  crashed = false;
  /** @type {string[]} */
  #foreign = [];

  /**
   * @param {{ name: string, folder: string, spec: Case, browser: import("playwright-core").Browser, bless: boolean }} options
   */
  constructor({ name, folder, spec, browser, bless }) {
    this.name = name;
    this.folder = folder;
    this.spec = spec;
    this.browser = browser;
    this.bless = bless;
  }

  /** @returns {Promise<string[]>} what is wrong */
  async run() {
    const { spec } = this;
    this.#deadline = performance.now() + (spec.timeout ?? 30) * 1000;
    // The browser asks for it on its own, and its absence would be an error on the console.
    const icon = { path: "/favicon.ico", status: 204, body: "" };
    const server = await startServer({ mounts, cache: false, ...spec.serve, rules: [...(spec.serve?.rules ?? []), icon] });
    const [width, height] = spec.viewport ?? [1000, 700];
    const context = await this.browser.newContext({ viewport: { width, height } });
    /** @type {string[]} */
    let problems;
    try {
      const page = await context.newPage();
      await this.#listen(page, server.origin);
      try {
        problems = await this.#play(page, server);
      } catch (error) {
        problems = [error instanceof Error ? error.message : String(error)];
      }
      if (problems.length > 0 && spec.known_failure === undefined) await this.#leaveEvidence(page, problems);
    } finally {
      await context.close();
      await server.close();
    }
    if (spec.known_failure === undefined) return problems;
    if (problems.length > 0) return [];
    return [`passes now: take its known_failure away (${spec.known_failure})`];
  }

  /**
   * @param {Page} page
   * @param {string} origin
   */
  async #listen(page, origin) {
    /** @param {"console" | "event" | "banner" | "error"} kind @param {string} text */
    const note = (kind, text) => {
      this.transcript.push({ kind, text: text.replaceAll(origin, "") });
      for (const wake of [...this.#waiting]) wake();
    };
    await page.exposeFunction("kraitTestRecord", note);
    await page.addInitScript(RECORDER);
    if (JSON.stringify(this.spec).includes('"wasmPages":')) await page.addInitScript(COLLECT_MEMORIES);
    if (this.spec.before !== undefined) await page.addInitScript(this.spec.before);
    page.on("console", (message) => note("console", `${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => note("error", String(error)));
    page.on("crash", () => {
      this.crashed = true;
      note("error", CRASHED);
    });
    page.on("dialog", (dialog) => void dialog.accept());
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url)) this.#foreign.push(url);
    });
  }

  /**
   * @param {Page} page
   * @param {RunningServer} server
   */
  async #play(page, server) {
    const { spec } = this;
    const relative = path.relative(path.join(repo, "tests"), this.folder).split(path.sep).join("/");
    const address = new URL(spec.page ?? "index.html", `${server.origin}/tests/${relative}/`);
    const wait = spec.wait === undefined ? "py:all-done" : spec.wait;
    /** @param {Page} page */
    const visit = async (page) => {
      this.transcript.length = 0;
      const answer = await page.goto(address.href, { waitUntil: wait === null ? "load" : "commit", timeout: this.#left() });
      if (answer === null || !answer.ok()) throw new Error(`${address.pathname} answered ${answer?.status() ?? "nothing"}`);
      if (wait !== null) await this.#wait(page, wait);
    };
    if (spec.tasks !== undefined) {
      const { longest, visits } = spec.tasks;
      /** @type {number[]} */
      const least = [];
      while (least.length < visits && !least.some((ms) => ms <= longest)) {
        // A process of its own: code that one visit has compiled would be there for the next one.
        const context = await this.browser.newContext();
        const fresh = await context.newPage();
        await this.#listen(fresh, server.origin);
        least.push((await traceTasks(fresh, () => visit(fresh)))[0] ?? Infinity);
        await context.close();
      }
      if (!least.some((ms) => ms <= longest)) {
        return [`the longest task took ${least.map((ms) => ms.toFixed(1)).join(", ")} ms of processor time, expected ${longest} in one of ${visits} visits`];
      }
    }
    if (spec.kept === true) {
      const problem = await secondVisit(async (page) => {
        await this.#listen(page, server.origin);
        await visit(page);
      });
      if (problem !== undefined) return [problem];
    }
    // A page may compare itself with its snapshot: with an empty one, nothing of it can be wrong.
    if (this.bless && spec.snapshot !== undefined) await writeFile(path.join(this.folder, SNAPSHOT), "");
    await visit(page);
    for (const [index, step] of (spec.steps ?? []).entries()) {
      try {
        await this.#step(page, server, step);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return [`step ${index + 1} ${JSON.stringify(step)}: ${text}`];
      }
    }
    const problems = await this.#expect(page, server, spec.expect ?? {}, true);
    if (this.#foreign.length > 0) problems.push(`asked other origins: ${this.#foreign.join(", ")}`);
    if (spec.snapshot !== undefined) problems.push(...(await this.#snapshot(page, spec.snapshot)));
    return problems;
  }

  #left() {
    return Math.max(1, this.#deadline - performance.now());
  }

  /**
   * Waits until `test` holds; it is asked again at each line of the transcript and, for the DOM's sake, now and then.
   * @template T
   * @param {() => T | Promise<T>} test
   * @param {(result: T) => boolean} good
   * @param {number} [deadline] of `performance.now()`
   * @returns {Promise<T>} the last result
   */
  async #until(test, good, deadline = Math.min(this.#deadline, performance.now() + SETTLE)) {
    for (;;) {
      if (this.crashed) throw new Error(CRASHED);
      const result = await test();
      if (good(result) || performance.now() > deadline) return result;
      await new Promise((done) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          done(undefined);
        };
        const timer = setTimeout(wake, LOOK);
        this.#waiting.add(wake);
      });
    }
  }

  /** @param {"console" | "event" | "banner" | "error"} kind */
  #lines(kind) {
    return this.transcript.filter((line) => line.kind === kind).map((line) => line.text);
  }

  /**
   * @param {Page} page
   * @param {Wait} wait
   */
  async #wait(page, wait) {
    const wanted = typeof wait === "string" ? { event: wait } : wait;
    /** @type {() => boolean | Promise<boolean>} */
    let test;
    if ("event" in wanted) {
      const name = wanted.event;
      test = () => this.#lines("event").filter((line) => line === name || line.startsWith(`${name} `)).length >= (wanted.count ?? 1);
    } else if ("selector" in wanted) {
      const matches = wanted.text === undefined ? () => true : toMatcher(wanted.text);
      test = async () => {
        const found = page.locator(wanted.selector).first();
        if (wanted.hidden) return !(await found.isVisible());
        return (await found.isVisible()) && matches((await found.textContent({ timeout: this.#left() })) ?? "");
      };
    } else {
      const [kind, text] = "console" in wanted ? (/** @type {const} */ (["console", wanted.console])) : (/** @type {const} */ (["banner", wanted.banner]));
      test = () => this.#lines(kind).some(toMatcher(text));
    }
    if (!(await this.#until(test, Boolean, this.#deadline))) throw new Error(`${JSON.stringify(wait)} did not come within the time`);
  }

  /**
   * @param {Page} page
   * @param {RunningServer} server
   * @param {Step} step
   */
  async #step(page, server, step) {
    const timeout = this.#left();
    /** @param {string} selector */
    const first = (selector) => page.locator(selector).first();
    if ("click" in step) await first(step.click).click({ timeout });
    else if ("dblclick" in step) await first(step.dblclick).dblclick({ timeout });
    else if ("hover" in step) await first(step.hover).hover({ timeout });
    else if ("check" in step) await first(step.check).check({ timeout });
    else if ("press" in step) await (step.on === undefined ? page.keyboard.press(step.press) : first(step.on).press(step.press, { timeout }));
    else if ("fill" in step) await first(step.fill[0]).fill(step.fill[1], { timeout });
    else if ("type" in step) await first(step.type[0]).pressSequentially(step.type[1], { timeout });
    else if ("select" in step) await first(step.select[0]).selectOption(step.select[1], { timeout });
    else if ("dispatch" in step) await first(step.dispatch[0]).dispatchEvent(step.dispatch[1], undefined, { timeout });
    else if ("eval" in step) await page.evaluate(step.eval);
    else if ("reload" in step) await page.reload({ waitUntil: "commit", timeout });
    else if ("gc" in step) await page.requestGC();
    else if ("wait" in step) await this.#wait(page, step.wait);
    else {
      const problems = await this.#expect(page, server, step.expect, false);
      if (problems.length > 0) throw new Error(problems.join("\n"));
    }
  }

  /**
   * @param {Page} page
   * @param {RunningServer} server
   * @param {Expect} expect
   * @param {boolean} atEnd whether what is not mentioned must not be there
   */
  async #expect(page, server, expect, atEnd) {
    /** @type {string[]} */
    const problems = [];
    /** @param {string} what @param {string | null} wanted @param {() => Promise<string | null>} read */
    const settle = async (what, wanted, read) => {
      const matches = wanted === null ? undefined : toMatcher(wanted);
      const good = (/** @type {string | null} */ actual) => (matches === undefined ? actual === null : actual !== null && matches(actual));
      const actual = await this.#until(() => read().catch(() => null), good);
      if (!good(actual)) problems.push(`${what}\n  expected ${JSON.stringify(wanted)}\n  actual   ${JSON.stringify(actual)}`);
    };
    /** @param {string} selector @param {"textContent" | "innerHTML" | "value"} property */
    const read = (selector, property) => async () => {
      const found = page.locator(selector).first();
      if ((await found.count()) === 0) return null;
      if (property === "value") return found.inputValue({ timeout: this.#left() });
      return property === "innerHTML" ? found.innerHTML({ timeout: this.#left() }) : found.textContent({ timeout: this.#left() });
    };
    for (const [selector, wanted] of Object.entries(expect.text ?? {})) await settle(`text of ${selector}`, wanted, read(selector, "textContent"));
    for (const [selector, wanted] of Object.entries(expect.html ?? {})) await settle(`html of ${selector}`, wanted, read(selector, "innerHTML"));
    for (const [selector, wanted] of Object.entries(expect.value ?? {})) await settle(`value of ${selector}`, wanted, read(selector, "value"));
    for (const [selector, attributes] of Object.entries(expect.attributes ?? {})) {
      for (const [name, wanted] of Object.entries(attributes)) {
        const found = page.locator(selector).first();
        await settle(`attribute ${name} of ${selector}`, wanted, async () =>
          (await found.count()) === 0 ? `(nothing matches ${selector})` : found.getAttribute(name, { timeout: this.#left() }),
        );
      }
    }
    for (const [selector, wanted] of Object.entries(expect.count ?? {})) {
      const actual = await this.#until(() => page.locator(selector).count(), (count) => count === wanted);
      if (actual !== wanted) problems.push(`${selector} matches ${actual} times, expected ${wanted}`);
    }
    for (const kind of /** @type {const} */ (["console", "event"])) {
      const wanted = kind === "console" ? expect.console : expect.events;
      if (wanted === undefined) continue;
      const missing = await this.#until(() => firstMissing(this.#lines(kind), wanted), (result) => result === undefined);
      if (missing !== undefined) {
        problems.push(`${kind}: ${JSON.stringify(missing)} did not come in its place\n${diff(wanted.join("\n"), this.#lines(kind).join("\n"))}`);
      }
    }
    for (const unwanted of expect.notConsole ?? []) {
      const found = this.#lines("console").find(toMatcher(unwanted));
      if (found !== undefined) problems.push(`console: ${JSON.stringify(found)} must not come`);
    }
    if (expect.banner !== undefined || atEnd) {
      const wanted = expect.banner ?? [];
      const fits = (/** @type {string[]} */ lines) =>
        lines.length === wanted.length && wanted.every((text, index) => toMatcher(text)(lines[index] ?? ""));
      const actual = await this.#until(() => this.#lines("banner").map(collapse), fits);
      if (!fits(actual)) problems.push(`banners\n${diff(wanted.join("\n"), actual.join("\n"))}`);
    }
    for (const [what, most] of Object.entries(expect.memory ?? {})) {
      const actual = (await memoryOf(page))[/** @type {"wasmPages" | "heap"} */ (what)];
      if (actual > most) problems.push(`memory: ${actual} ${what}, expected ${most} at most`);
    }
    for (const [name, wanted] of Object.entries(expect.requests ?? {})) {
      const actual = server.served.filter((request) => request.path === name).length;
      if (actual !== wanted) problems.push(`${name} was asked for ${actual} times, expected ${wanted}`);
    }
    if (expect.fits) {
      const [wide, window] = await page.evaluate(() => [document.scrollingElement?.scrollWidth ?? 0, innerWidth]);
      if (wide > window) problems.push(`the page is ${wide} pixels wide, the window ${window}`);
    }
    const strict = expect.noConsoleErrors ?? (atEnd && (expect.banner ?? []).length === 0);
    if (strict) {
      const errors = this.#lines("console").filter((line) => line.startsWith("error: "));
      for (const line of [...errors, ...this.#lines("error")]) problems.push(`unexpected error: ${line}`);
    }
    return problems;
  }

  /**
   * @param {Page} page
   * @param {NonNullable<Case["snapshot"]>} snapshot
   */
  async #snapshot(page, snapshot) {
    const lines = this.transcript
      .filter((line) => snapshot.progress || !line.text.startsWith("py:progress"))
      .map((line) => `${line.kind} ${line.kind === "banner" ? collapse(line.text) : line.text}`);
    for (const selector of snapshot.selectors ?? []) {
      for (const text of await page.locator(selector).allTextContents()) lines.push(`text ${selector}: ${collapse(text)}`);
    }
    const actual = `${lines.join("\n")}\n`;
    const file = path.join(this.folder, SNAPSHOT);
    if (this.bless) {
      await writeFile(file, actual);
      return [];
    }
    const expected = await readFile(file, "utf8").catch(() => "");
    return expected === actual ? [] : [`transcript differs from ${SNAPSHOT}\n${diff(expected, actual)}`];
  }

  /**
   * @param {Page} page
   * @param {string[]} problems
   */
  async #leaveEvidence(page, problems) {
    const out = path.join(repo, "tests/out/pages", this.name.replaceAll("/", "-"));
    await mkdir(path.dirname(out), { recursive: true });
    const lines = this.transcript.map((line) => `${line.kind} ${line.text}`);
    if (lines.length === 0) problems.push("the page told nothing");
    else problems.push("the last that the page told:", ...lines.slice(-LAST_LINES).map((line) => `  ${line}`));
    await writeFile(`${out}.txt`, `${lines.join("\n")}\n`);
    const shot = await page.screenshot({ path: `${out}.png`, timeout: 5000 }).then(() => true, () => false);
    problems.push(`transcript${shot ? " and picture" : ""}: ${path.relative(repo, out)}.{txt,png}`);
  }
}

/**
 * @param {string[]} lines
 * @param {string[]} wanted
 */
function firstMissing(lines, wanted) {
  let at = 0;
  for (const text of wanted) {
    const matches = toMatcher(text);
    while (at < lines.length && !matches(lines[at] ?? "")) at += 1;
    if (at >= lines.length) return text;
    at += 1;
  }
  return undefined;
}
