// Mounts of a kernel in a worker.
import assert from "node:assert/strict";

import { work } from "./work.mjs";

const KINDS = ["idb", "opfs"];

const text = (/** @type {string} */ path) => `(fs.exists("${path}") ? fs.readFile("${path}", "utf8") : null)`;

/** @param {import("./run.mjs").Browser} browser */
export async function a_worker_and_a_tab_see_what_the_other_stored({ tab, name }) {
  const [page, other] = [await tab(), await tab()];
  const tell = await work(page, name);
  assert.deepEqual(await tell("keep", ...KINDS), []);
  assert.deepEqual(await other.evaluate(`keep("idb", "opfs")`), []);
  const program = `
import os, shutil
for kind in "idb", "opfs":
    os.makedirs(f"/{kind}/deep/er")
    for number in range(20):
        open(f"/{kind}/deep/er/{number}", "w").write(f"{kind}{number}")
    with open(f"/{kind}/large", "wb") as file:
        file.write(bytes(range(256)) * 8000)
    open(f"/{kind}/empty", "w").close()
`;
  // Nobody asks for it: it is written back by itself.
  await tell("py", program);
  for (const kind of KINDS) {
    await other.waitForFunction(`${text(`/${kind}/deep/er/19`)} === "${kind}19" && fs.exists("/${kind}/empty")`);
    assert.equal(await other.evaluate(`fs.stat("/${kind}/large").size`), 256 * 8000);
  }
  // A small change of a large file, a shorter one, a move, a removal.
  await tell("py", `
for kind in "idb", "opfs":
    with open(f"/{kind}/large", "r+b") as file:
        file.seek(1_000_000)
        file.write(b"here")
        file.truncate(1_500_001)
    open(f"/{kind}/deep/er/3", "w").write("3")
    os.rename(f"/{kind}/deep/er/4", f"/{kind}/moved")
    shutil.rmtree(f"/{kind}/deep")
`);
  await tell("sync");
  await other.evaluate(`fs.sync()`);
  const check = `
import os
for kind in "idb", "opfs":
    assert sorted(os.listdir(f"/{kind}")) == ["empty", "large", "moved"], os.listdir(f"/{kind}")
    data = (bytes(range(256)) * 8000)[:1_500_001]
    assert open(f"/{kind}/large", "rb").read() == data[:1_000_000] + b"here" + data[1_000_004:]
    assert open(f"/{kind}/moved").read() == f"{kind}4"
`;
  await other.evaluate(`py(${JSON.stringify(check)})`);
  // And the other way round.
  await other.evaluate(`py("for kind in 'idb', 'opfs':\\n    open(f'/{kind}/moved', 'w').write('from the tab')").then(() => fs.sync())`);
  await tell("sync");
  for (const kind of KINDS) assert.equal(await tell("readFile", `/${kind}/moved`), "from the tab");
  await page.evaluate(`worker.terminate()`);
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  await next.evaluate(`py(${JSON.stringify(check.replace(/^.*moved"\)\.read.*$/m, ""))})`);
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_worker_that_is_ended_while_it_writes_leaves_whole_files({ tab, name }) {
  const page = await tab();
  for (let round = 0; round < 4; round += 1) {
    const tell = await work(page, name);
    assert.deepEqual(await tell("keep", ...KINDS), [], `round ${round}`);
    if (round > 0) {
      await tell("py", `
for kind in "idb", "opfs":
    for file in "abc":
        data = open(f"/{kind}/{file}", "rb").read()
        assert len(data) == 600_000 and len(set(data)) == 1, (kind, file, len(data), set(data))
`);
    }
    await tell("py", `
import asyncio
from krait import fs
def write(number):
    for kind in "idb", "opfs":
        for file in "abc":
            with open(f"/{kind}/{file}", "wb") as out:
                out.write(bytes([number]) * 600_000)
write(${round})
await fs.sync()
async def go_on():
    for number in range(100, 256):
        write(number)
        await fs.sync()
task = asyncio.create_task(go_on())
`);
    await page.evaluate(`new Promise((go) => setTimeout(go, ${40 + 45 * round}))`);
    await page.evaluate(`worker.terminate()`);
  }
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("idb", "opfs")`), []);
  for (const kind of KINDS) assert.deepEqual(await next.evaluate(`fs.readdir("/${kind}")`), ["a", "b", "c"]);
  const left = await next.evaluate(`(async () => {
    let directory = await navigator.storage.getDirectory();
    for (const part of "${name}/opfs".split("/")) directory = await directory.getDirectoryHandle(part);
    const names = [];
    for await (const name of directory.keys()) names.push(name);
    return names.sort();
  })()`);
  assert.deepEqual(left, ["a", "b", "c"], "nothing is left of what was not finished");
}

/** @param {import("./run.mjs").Browser} browser */
export async function a_worker_without_createWritable_stores_too({ tab, name }) {
  const page = await tab();
  const tell = await work(page, name);
  // As Safari before version 26.
  await tell("take", "createWritable");
  await tell("keep", "opfs");
  await tell("py", "open('/opfs/a', 'w').write('without')");
  await tell("sync");
  const next = await tab();
  assert.deepEqual(await next.evaluate(`keep("opfs")`), []);
  assert.equal(await next.evaluate(text("/opfs/a")), "without");
}
