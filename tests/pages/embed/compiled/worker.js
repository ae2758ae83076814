import { compilations } from "./compilations.js";
import { createKernel } from "/pkg/kernel.js";

let kernel;
onmessage = async ({ data: { compiled, code, count } }) => {
  if (count) return postMessage(compilations);
  if (code !== undefined) return postMessage(await kernel.runPythonAsync(code));
  try {
    kernel = await createKernel({ compiled });
    postMessage({ compilations });
  } catch ({ code, message }) {
    postMessage({ failure: `${code}: ${message.includes("does not start") ? "does not start" : message}` });
  }
};
