import { createKernel } from "/pkg/kernel.js";

onmessage = async ({ data }) => {
  try {
    const kernel = await createKernel({ snapshot: data });
    postMessage(kernel.runPython("f'{x} {json.loads(\"[1]\") == [1]}'"));
  } catch (error) {
    postMessage(`${error.code} ${error.message.split(". A snapshot")[0]}`);
  }
};
