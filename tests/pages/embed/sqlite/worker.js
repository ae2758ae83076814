import { createKernel } from "/pkg/kernel.js";

onmessage = async ({ data }) => {
  const kernel = await createKernel();
  await kernel.runPythonAsync(data);
  postMessage(kernel.runPython("add(None)"));
};
