// Sessions that have ended by a trap, with changes that were not stored yet.
import assert from "node:assert/strict";

const TRAP = `import os\nos.abort()`;

/** @param {import("./run.mjs").Browser} browser */
export async function what_was_written_before_a_trap_is_stored({ tab }) {
  for (const how of ["by-itself", "sync", "close"]) {
    const page = await tab();
    await page.evaluate(`keep("idb", "opfs")`);
    const program = `for kind in "idb", "opfs":\n    open(f"/{kind}/${how}", "wb").write(b"x" * 700_000)\n    open(f"/{kind}/shared", "w").write("${how}")\n`;
    const ended = await page.evaluate(`kernel.then((kernel) => {
      kernel.runPython(${JSON.stringify(program)});
      try {
        kernel.runPython(${JSON.stringify(TRAP)});
      } catch (error) {
        return error.code;
      }
    })`);
    assert.equal(ended, "KR0004", how);
    if (how === "by-itself") {
      const reader = await tab();
      await reader.evaluate(`keep("idb", "opfs")`);
      for (const kind of ["idb", "opfs"]) await reader.waitForFunction(`fs.exists("/${kind}/shared") && fs.readFile("/${kind}/shared", "utf8") === "${how}"`);
      await reader.close();
    } else if (how === "sync") {
      // Files cannot be read any more, but they can be stored, and one can wait for it.
      assert.equal(await page.evaluate(`kernel.then((kernel) => kernel.fs.sync()).then(() => "stored")`), "stored");
      assert.equal(await page.evaluate(`kernel.then((kernel) => { try { kernel.fs.readFile("/idb/shared"); } catch (error) { return error.code; } })`), "KR0004");
    } else {
      // Well within the quarter of a second after which it would be stored anyway.
      await page.close({ runBeforeUnload: true });
      if (!page.isClosed()) await page.waitForEvent("close");
    }
    await page.close();
    const next = await tab();
    assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), [], how);
    for (const kind of ["idb", "opfs"]) {
      assert.equal(await next.evaluate(`fs.stat("/${kind}/${how}").size`), 700_000, `${kind} ${how}`);
      assert.equal(await next.evaluate(`fs.readFile("/${kind}/shared", "utf8")`), how, kind);
    }
    await next.close();
  }
}
