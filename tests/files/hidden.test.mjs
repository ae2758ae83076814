// Pages that are hidden or left: what they have written is stored before anything can happen to them.
import assert from "node:assert/strict";

const KINDS = ["idb", "opfs"];

const text = (/** @type {string} */ path) => `(fs.exists("${path}") ? fs.readFile("${path}", "utf8") : null)`;

/** Writes in one turn of the page's loop, and gives what `then` says in the same. @param {string} name @param {string} content */
const write = (name, content, then = "document.visibilityState") =>
  `kernel.then(() => { for (const kind of ${JSON.stringify(KINDS)}) fs.writeFile("/" + kind + "/${name}", ${JSON.stringify(content)}); return ${then}; })`;

/** Ends a page's process, which gets to know nothing of it. @param {import("playwright-core").Page} page */
async function kill(page) {
  const devtools = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  devtools.send("Page.crash").catch(() => {});
  await crashed;
}

/** What a new page finds under a name. @param {import("./run.mjs").Browser} browser @param {string} name */
async function found({ tab }, name) {
  const page = await tab();
  const problems = await page.evaluate(`keep("idb", "opfs")`);
  const texts = await page.evaluate(`[${KINDS.map((kind) => text(`/${kind}/${name}`)).join()}]`);
  await page.close();
  return { problems, texts };
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_is_hidden_stores_at_once(browser) {
  const reader = await browser.tab();
  await reader.evaluate(`keep("idb", "opfs")`);
  // Time alone would store nothing here: being hidden has to.
  const writer = await browser.tab({ patient: true });
  await writer.evaluate(`keep("idb", "opfs")`);
  await writer.bringToFront();
  assert.equal(await writer.evaluate(write("f", "written")), "visible");
  assert.deepEqual(await found(browser, "g"), { problems: [], texts: [null, null] });
  await writer.bringToFront();
  assert.equal(await writer.evaluate(write("g", "later")), "visible");
  await reader.bringToFront();
  for (const kind of KINDS) await reader.waitForFunction(`${text(`/${kind}/g`)} === "later"`);
  assert.equal(await writer.evaluate(`document.visibilityState`), "hidden");
  await kill(writer);
  assert.deepEqual(await found(browser, "g"), { problems: [], texts: ["later", "later"] });
  assert.deepEqual(await found(browser, "f"), { problems: [], texts: ["written", "written"] });
}
a_page_that_is_hidden_stores_at_once.asUsers = true;

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_is_killed_as_soon_as_it_is_left_has_stored(browser) {
  const page = await browser.tab({ patient: true });
  await page.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(write("f", "stored"));
  await page.evaluate(`fs.sync()`);
  // The handler ends with the event, and so does the page's life.
  await page.evaluate(write("f", "saved", `dispatchEvent(new PageTransitionEvent("pagehide"))`));
  await kill(page);
  assert.deepEqual(await found(browser, "f"), { problems: [], texts: ["saved", "saved"] });
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_is_left_stores_although_no_time_is_left(browser) {
  const page = await browser.tab({ patient: true });
  await page.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(write("f", "left", `void (location.href = "/favicon.svg")`));
  await page.waitForURL(/favicon/);
  await page.close();
  assert.deepEqual(await found(browser, "f"), { problems: [], texts: ["left", "left"] });
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_comes_back_sees_what_others_stored_and_goes_on(browser) {
  const [page, other] = [await browser.tab({ deaf: true }), await browser.tab()];
  for (const tab of [page, other]) await tab.evaluate(`keep("idb", "opfs")`);
  await page.evaluate(write("f", "before"));
  await page.evaluate(`fs.sync()`);
  await page.evaluate(write("g", "unsaved", `void dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`));
  // Another one finds what was put aside, and goes on from there.
  await other.evaluate(`fs.sync()`);
  for (const kind of KINDS) assert.equal(await other.evaluate(text(`/${kind}/g`)), "unsaved", kind);
  await other.evaluate(write("f", "meanwhile"));
  await other.evaluate(`fs.sync()`);
  await page.evaluate(`void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`);
  for (const kind of KINDS) await page.waitForFunction(`${text(`/${kind}/f`)} === "meanwhile"`);
  await page.evaluate(write("f", "after"));
  for (const tab of [page, other]) await tab.evaluate(`fs.sync()`);
  for (const kind of KINDS) {
    assert.equal(await other.evaluate(text(`/${kind}/f`)), "after", kind);
    assert.equal(await other.evaluate(text(`/${kind}/g`)), "unsaved", kind);
    assert.deepEqual(await other.evaluate(`fs.readdir("/${kind}")`), ["f", "g"], `${kind}: nobody wrote at once`);
  }
}
