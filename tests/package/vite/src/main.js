import { createKernel } from "krait";

const output = document.querySelector("#result");
try {
  const kernel = await createKernel();
  output.textContent = String(await kernel.runPythonAsync("1 + 1"));
} catch (error) {
  output.textContent = `failed: ${error}`;
}
