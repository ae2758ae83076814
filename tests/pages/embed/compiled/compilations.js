// Counts how often WebAssembly of a kernel's size is compiled; features are looked for with modules of some bytes.
export let compilations = 0;
for (const name of ["compile", "compileStreaming", "instantiateStreaming"]) {
  const own = WebAssembly[name];
  WebAssembly[name] = (...given) => {
    compilations += 1;
    return own.apply(WebAssembly, given);
  };
}
const { instantiate, Module } = WebAssembly;
WebAssembly.instantiate = (source, ...rest) => {
  if (!(source instanceof Module)) compilations += 1;
  return instantiate.call(WebAssembly, source, ...rest);
};
WebAssembly.Module = new Proxy(Module, {
  construct(target, given) {
    if (given[0].byteLength > 10_000) compilations += 1;
    return Reflect.construct(target, given);
  },
});
