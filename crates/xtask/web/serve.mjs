// `cargo xtask serve`: the site on a fixed port until it is interrupted.
import { parseArgs } from "node:util";

import { mounts } from "./places.mjs";
import { startServer } from "./server.mjs";

const { values } = parseArgs({
  options: { port: { type: "string", default: "8000" }, isolated: { type: "boolean", default: false } },
});
const port = Number(values.port);
try {
  const server = await startServer({ mounts, port, isolated: values.isolated });
  console.log(`Krait is at ${server.origin}/ (stop with Ctrl+C)`);
} catch (error) {
  const busy = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  console.error(busy ? `Port ${port} is in use: choose another one with --port.` : error);
  process.exitCode = 1;
}
