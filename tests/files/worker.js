// A kernel in a worker, told what to do by messages: `[number, operation, ...arguments]`.
import { createKernel } from "/pkg/kernel.js";

const ready = createKernel();
const name = new URL(import.meta.url).search.slice(1);

const operations = {
  /** Mounts as `keep` of the page does. */
  async keep(kernel, ...kinds) {
    const mounts = await Promise.all(kinds.map((type) => kernel.fs.mount(`/${type}`, { type, name: `${name}/${type}` })));
    return mounts.flatMap((mount) => [...mount.problems]);
  },
  /** Takes a method away from files, as in a browser that does not have it. */
  take: (_kernel, method) => delete FileSystemFileHandle.prototype[method],
  mount: (kernel, path, source) => kernel.fs.mount(path, source).then(() => null),
  py: (kernel, code) => kernel.runPythonAsync(code),
  sync: (kernel) => kernel.fs.sync(),
  readFile: (kernel, path) => kernel.fs.readFile(path, "utf8"),
  exists: (kernel, path) => kernel.fs.exists(path),
};

onmessage = async ({ data: [number, operation, ...args] }) => {
  try {
    postMessage([number, true, await operations[operation](await ready, ...args)]);
  } catch (error) {
    postMessage([number, false, `${error.code ?? ""} ${error.message}`]);
  }
};
