// The package without its wasm: the failure has its code and names the file.
import { createKernel } from "krait";

try {
  await createKernel();
  console.log("no failure");
} catch (error) {
  console.log(JSON.stringify([error.name, error.code, error.message.includes("krait_web_bg.wasm")]));
}
