// What is written is there the next time.
import assert from "node:assert/strict";

const WRITE = `
import os, pathlib
root = pathlib.Path("/idb")
(root / "deep/er").mkdir(parents=True)
(root / "text.txt").write_text("grüße\\n", encoding="utf-8")
(root / "deep/er/bytes").write_bytes(bytes(range(256)) * 4000)
(root / "empty").touch()
os.symlink("deep/er/bytes", root / "link")
os.link(root / "text.txt", root / "same")
os.chmod(root / "text.txt", 0o640)
os.utime(root / "text.txt", ns=(5, 1_700_000_000_123_456_789))
with open(root / "holes", "wb") as file:
    file.seek(1_000_000)
    file.write(b"end")
`;

const READ = `
import os, pathlib
root = pathlib.Path("/idb")
assert sorted(os.listdir(root)) == ["deep", "empty", "holes", "link", "same", "text.txt"], os.listdir(root)
assert (root / "text.txt").read_text(encoding="utf-8") == "grüße\\n"
assert (root / "link").read_bytes() == bytes(range(256)) * 4000
assert os.readlink(root / "link") == "deep/er/bytes"
stat = os.stat(root / "text.txt")
assert stat.st_mode & 0o777 == 0o640, oct(stat.st_mode)
assert stat.st_mtime_ns == 1_700_000_000_123_456_789, stat.st_mtime_ns
assert (root / "empty").read_bytes() == b""
holes = (root / "holes").read_bytes()
assert len(holes) == 1_000_003 and holes.endswith(b"\\0end") and holes.count(0) == 1_000_000
`;

/** @param {import("./run.mjs").Browser} browser */
export async function what_is_synced_is_there_after_a_reload({ tab }) {
  const first = await tab();
  assert.deepEqual(await first.evaluate(`keep("idb", "opfs")`), []);
  await first.evaluate(`py(${JSON.stringify(WRITE)})`);
  await first.evaluate(`py("import shutil; shutil.copytree('/idb/deep', '/opfs/deep'); shutil.copyfile('/idb/holes', '/opfs/holes')")`);
  await first.evaluate(`fs.sync()`);
  // Nothing may be said to be stored that is not: the page does not get the time to write more.
  await first.close();

  const second = await tab();
  assert.deepEqual(await second.evaluate(`keep("idb", "opfs")`), []);
  await second.evaluate(`py(${JSON.stringify(READ)})`);
  await second.evaluate(`py("import os; assert os.stat('/idb/same').st_ino == os.stat('/idb/text.txt').st_ino")`);
  await second.evaluate(`py("import filecmp; assert filecmp.cmp('/idb/holes', '/opfs/holes', False) and filecmp.cmp('/idb/deep/er/bytes', '/opfs/deep/er/bytes', False)")`);
  await second.evaluate(`py("import os, shutil; os.remove('/idb/text.txt'); shutil.rmtree('/idb/deep'); shutil.rmtree('/opfs/deep')").then(() => fs.sync())`);
  await second.close();

  const third = await tab();
  await third.evaluate(`keep("idb", "opfs")`);
  assert.deepEqual(await third.evaluate(`fs.readdir("/idb")`), ["empty", "holes", "link", "same"]);
  assert.deepEqual(await third.evaluate(`fs.readdir("/opfs")`), ["holes"]);
}

/** @param {import("./run.mjs").Browser} browser */
export async function changes_are_written_without_being_asked({ tab }) {
  const [writer, reader] = [await tab(), await tab()];
  for (const page of [writer, reader]) await page.evaluate(`keep("idb", "opfs")`);
  await writer.evaluate(`py("for kind in 'idb', 'opfs':\\n open(f'/{kind}/a', 'w').write('by itself')")`);
  // The reader sees it when it is stored, for it hears of it.
  for (const kind of ["idb", "opfs"]) await reader.waitForFunction(`fs.exists("/${kind}/a") && fs.readFile("/${kind}/a", "utf8") === "by itself"`);
  // A crash takes nothing that was stored.
  const devtools = await writer.context().newCDPSession(writer);
  devtools.send("Page.crash").catch(() => {});
  await writer.waitForEvent("crash");
  const again = await tab();
  await again.evaluate(`keep("idb", "opfs")`);
  for (const kind of ["idb", "opfs"]) assert.equal(await again.evaluate(`fs.readFile("/${kind}/a", "utf8")`), "by itself");
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_was_written_just_before_the_page_went_is_there({ tab, origin }) {
  for (const leave of ["close", "navigate"]) {
    const page = await tab();
    await page.evaluate(`keep("idb", "opfs")`);
    // Well within the quarter of a second after which it would be written anyway.
    const program = `for kind in "idb", "opfs":\n    open(f"/{kind}/${leave}", "w").write("x" * 300000)\n    open(f"/{kind}/shared", "w").write("${leave}")\n`;
    const go = leave === "close" ? "" : `location.href = "${origin}/favicon.svg"`;
    const gone = leave === "close" ? undefined : page.waitForURL(/favicon/);
    await page.evaluate(`kernel.then((kernel) => { kernel.runPython(${JSON.stringify(program)}); ${go} })`).catch(() => {});
    await (gone ?? page.close({ runBeforeUnload: true }));
    if (leave === "close" && !page.isClosed()) await page.waitForEvent("close");
    const next = await tab();
    assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), [], leave);
    for (const kind of ["idb", "opfs"]) {
      assert.equal(await next.evaluate(`fs.stat("/${kind}/${leave}").size`), 300000, `${kind} ${leave}`);
      assert.equal(await next.evaluate(`fs.readFile("/${kind}/shared", "utf8")`), leave);
    }
    await next.evaluate(`fs.sync()`);
    await next.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_does_not_mount_loads_no_code_for_it({ tab }) {
  const page = await tab();
  await page.evaluate(`py("open('/tmp/a', 'w').write('a')")`);
  /** @type {string[]} */
  const more = [];
  page.on("request", (request) => more.push(new URL(request.url()).pathname));
  await page.evaluate(`fs.mount("/data", "memory")`);
  assert.ok(more.length > 0 && more.every((name) => name === "/pkg/mounts.js"), String(more));
}
