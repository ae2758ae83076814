// What an embedder writes against the package's own declarations. It is compiled, not run; a line after `@ts-expect-error`
// must be refused.
import { compileKernel, createKernel, KraitError } from "krait";
import type { Counts, CreateKernelOptions, Kernel } from "krait";
import { loadPyodide } from "krait/pyodide";

const options: CreateKernelOptions = { stdout: (line) => console.log(line.length), onProgress: (loaded, total) => loaded / total, borrow: true };

async function sessions(): Promise<Counts> {
  const compiled = await compileKernel();
  const kernel: Kernel = await createKernel({ ...options, compiled });
  const value: number = kernel.runPython("1 + 1", { filename: "sum.py" });
  const later: Promise<string> = kernel.runPythonAsync("'text'");
  const again: Kernel = await createKernel({ snapshot: await kernel.snapshot() });
  again.dispose();
  await later;
  // @ts-expect-error the code is text
  kernel.runPython(value);
  // @ts-expect-error there is no such option
  await createKernel({ stdOut: options.stdout });
  // @ts-expect-error a session has no such method
  kernel.run("1");
  // @ts-expect-error the namespace is a Python dict, not an object
  kernel.runPython("x", { globals: { x: 1 } });
  return kernel.counts;
}

function objects(kernel: Kernel): void {
  const { PyCallable, PyDict, PyMutableSequence, PythonError, PyBuffer } = kernel.ffi;
  const found: unknown = kernel.globals.get("found");
  if (found instanceof PyCallable) {
    const result: unknown = found.callKwargs(1, { key: 2 });
    void found.bind(null, result).callPromising().then(String);
  } else if (found instanceof PyDict) {
    const has: boolean = found.has("key");
    found.set("key", has);
    const { length } = found;
    // @ts-expect-error a number
    length.trim();
  } else if (found instanceof PyMutableSequence) {
    found.push(1, 2);
    for (const item of found.slice(1)) console.log(item);
  } else if (found instanceof PyBuffer) {
    const view = found.getBuffer("f64");
    const shape: number[] = view.shape;
    view.release();
    console.log(shape);
    // @ts-expect-error no such type of array
    found.getBuffer("f16");
  }
  try {
    kernel.pyimport("math").sqrt(-1);
  } catch (error) {
    if (error instanceof PythonError) console.log(error.type, error.message);
    else if (error instanceof KraitError) console.log(error.code);
  }
}

async function files(kernel: Kernel): Promise<void> {
  const bytes: Uint8Array = kernel.fs.readFile("/tmp/a");
  const words: string = kernel.fs.readFile("/tmp/a", { encoding: "utf8" });
  kernel.fs.writeFile("/tmp/b", words + bytes.length);
  await kernel.fs.sync();
  // @ts-expect-error a path is text
  kernel.fs.mkdir(1);
}

async function pyodide(): Promise<void> {
  const api = await loadPyodide();
  const sum: unknown = await api.runPythonAsync("1 + 1");
  console.log(sum, api.version);
}

console.log(sessions, objects, files, pyodide);
