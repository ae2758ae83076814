// The kernel finds its wasm and its archives beside its own module, so the bundler gets it as it is.
export default {
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0 },
};
