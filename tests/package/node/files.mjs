// A folder of this machine in Python: mounted, read, written, and found anew. Says "as expected" or fails.
import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKernel } from "krait";

const folder = await mkdtemp(path.join(tmpdir(), "krait-node-"));
try {
  const at = (name) => path.join(folder, name);
  await writeFile(at("script.sh"), "#!/bin/sh\n");
  await chmod(at("script.sh"), 0o755);
  await symlink("script.sh", at("link"));
  const kernel = await createKernel();
  await kernel.fs.mountNodeFS("/host", folder);
  kernel.runPython(`
import os, pathlib
assert sorted(os.listdir("/host")) == ["link", "script.sh"]
assert open("/host/link").read() == "#!/bin/sh\\n"
root = pathlib.Path("/host")
(root / "a" / "b").mkdir(parents=True)
(root / "a" / "b" / "large").write_bytes(bytes(range(256)) * 4000)
(root / "script.sh").write_text("#!/bin/sh\\necho hello\\n")
`);
  await kernel.fs.sync();
  assert.equal((await readFile(at("a/b/large"))).length, 1_024_000);
  assert.equal(await readFile(at("script.sh"), "utf8"), "#!/bin/sh\necho hello\n");
  assert.equal((await stat(at("script.sh"))).mode & 0o777, 0o755);
  // A small change of a large file, a move, a removal; and somebody else writes.
  kernel.runPython(`
with open("/host/a/b/large", "r+b") as file:
    file.seek(500_000)
    file.write(b"here")
os.rename("/host/a/b/large", "/host/moved")
os.rmdir("/host/a/b")
os.rmdir("/host/a")
`);
  await writeFile(at("theirs"), "from outside");
  await kernel.fs.sync();
  assert.deepEqual((await readdir(folder)).sort(), ["link", "moved", "script.sh", "theirs"]);
  assert.equal((await readFile(at("moved"))).indexOf("here"), 500_000);
  assert.equal(kernel.runPython(`open("/host/theirs").read()`), "from outside");
  // Both write one file: neither is lost.
  kernel.runPython(`open("/host/theirs", "w").write("mine")`);
  await writeFile(at("theirs"), "theirs, and longer");
  await kernel.fs.sync();
  const both = await Promise.all(["theirs", "theirs.conflict-1"].map((name) => readFile(at(name), "utf8")));
  assert.deepEqual(both, ["mine", "theirs, and longer"]);
  // The same as Emscripten has it, and a folder that is not there.
  const { FS } = kernel.fs;
  FS.mount(FS.filesystems.NODEFS, { root: folder }, "/again");
  await new Promise((done, failed) => FS.syncfs(true, (error) => (error ? failed(error) : done())));
  assert.equal(FS.readFile("/again/theirs", { encoding: "utf8" }), "mine");
  await assert.rejects(kernel.fs.mountNodeFS("/none", at("none")), { code: "ENOENT" });
  // What is written last is stored although nobody waits for it: the process ends after that.
  kernel.runPython(`open("/host/last", "w").write("words")`);
  process.on("exit", () => {
    const { readFileSync, rmSync } = process.getBuiltinModule("node:fs");
    assert.equal(readFileSync(at("last"), "utf8"), "words");
    rmSync(folder, { recursive: true });
    console.log(JSON.stringify("as expected"));
  });
} catch (error) {
  await rm(folder, { recursive: true });
  throw error;
}
