// What is written is there the next time.
import assert from "node:assert/strict";

const WRITE = `
import os, pathlib
root = pathlib.Path("/data")
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
root = pathlib.Path("/data")
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
  for (const kind of ["idb", "opfs"]) {
    const first = await tab();
    await first.evaluate(`fs.mount("/data", "${kind}")`);
    const links = kind === "idb";
    await first.evaluate(`py(${JSON.stringify(links ? WRITE : WRITE.replaceAll(/os\.(symlink|link|chmod|utime).*\n/g, ""))})`);
    await first.evaluate(`fs.sync()`);
    // Nothing may be said to be stored that is not: the page does not get the time to write more.
    await first.close();

    const second = await tab();
    const problems = await second.evaluate(`fs.mount("/data", "${kind}").then((mount) => [...mount.problems])`);
    assert.deepEqual(problems, []);
    if (links) await second.evaluate(`py(${JSON.stringify(READ)})`);
    if (links) {
      await second.evaluate(`py(${JSON.stringify('import os; assert os.stat("/data/same").st_ino == os.stat("/data/text.txt").st_ino')})`);
    } else {
      assert.equal(await second.evaluate(`fs.readFile("/data/text.txt", "utf8")`), "grüße\n");
      assert.equal(await second.evaluate(`fs.stat("/data/holes").size`), 1_000_003);
    }
    await second.evaluate(`py("import os, shutil; os.remove('/data/text.txt'); shutil.rmtree('/data/deep')").then(() => fs.sync())`);
    await second.close();

    const third = await tab();
    await third.evaluate(`fs.mount("/data", "${kind}")`);
    const left = await third.evaluate(`fs.readdir("/data")`);
    assert.deepEqual(left, links ? ["empty", "holes", "link", "same"] : ["empty", "holes"]);
    await third.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function changes_are_written_without_being_asked({ tab }) {
  for (const kind of ["idb", "opfs"]) {
    const writer = await tab();
    const reader = await tab();
    await writer.evaluate(`fs.mount("/data", "${kind}")`);
    await reader.evaluate(`fs.mount("/data", "${kind}")`);
    await writer.evaluate(`py("open('/data/a', 'w').write('by itself')")`);
    // The reader sees it when it is stored, for it hears of it.
    await reader.waitForFunction(`fs.exists("/data/a") && fs.readFile("/data/a", "utf8") === "by itself"`);
    // A crash takes nothing that was stored.
    const devtools = await writer.context().newCDPSession(writer);
    devtools.send("Page.crash").catch(() => {});
    await writer.waitForEvent("crash");
    const again = await tab();
    await again.evaluate(`fs.mount("/data", "${kind}")`);
    assert.equal(await again.evaluate(`fs.readFile("/data/a", "utf8")`), "by itself");
    await reader.close();
    await again.close();
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function what_was_written_just_before_the_page_went_is_there({ tab, origin }) {
  for (const kind of ["idb", "opfs"]) {
    for (const leave of ["close", "navigate"]) {
      const page = await tab();
      await page.evaluate(`fs.mount("/data", "${kind}")`);
      await page.evaluate(`py("open('/data/${leave}', 'w').write('x' * 300000); open('/data/shared', 'w').write('${leave}')")`);
      // Well within the quarter of a second after which it would be written anyway.
      if (leave === "close") await page.close({ runBeforeUnload: true });
      else await page.goto(`${origin}/www/favicon.svg`).catch(() => {});
      const next = await tab();
      const problems = await next.evaluate(`fs.mount("/data", "${kind}").then((mount) => [...mount.problems])`);
      assert.deepEqual(problems, [], `${kind} ${leave}`);
      assert.equal(await next.evaluate(`fs.stat("/data/${leave}").size`), 300000, `${kind} ${leave}`);
      assert.equal(await next.evaluate(`fs.readFile("/data/shared", "utf8")`), leave);
      await next.evaluate(`fs.sync()`);
      await next.close();
      if (!page.isClosed()) await page.close();
    }
  }
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_page_that_does_not_mount_loads_no_code_for_it({ tab, requests }) {
  const page = await tab();
  await page.evaluate(`py("open('/tmp/a', 'w').write('a')")`);
  const before = new Set(requests.keys());
  await page.evaluate(`fs.mount("/data", "memory")`);
  const more = [...requests.keys()].filter((name) => !before.has(name));
  assert.ok(more.length > 0 && more.every((name) => /^\/pkg\/krait-[A-Z0-9]+\.js$/.test(name)), String(more));
}
