import { equal, run } from "../cases.js";

await run({
  "an object inside a JavaScript module is a module too": (kernel) => {
    kernel.registerJsModule("mine", { sub: { y: 2 } });
    equal(kernel.runPython("from mine.sub import y\ny"), 2);
  },
});
