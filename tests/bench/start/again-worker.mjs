/** A worker in which the engine that its address names is started when a message comes. */
import { bootAndAnswer } from "./again.mjs";

/** @typedef {import("../types.js").EngineId} EngineId */

globalThis.onmessage = async ({ data }) => {
  const id = /** @type {EngineId} */ (globalThis.location.hash.slice(1));
  await bootAndAnswer(id, data).then(
    () => globalThis.postMessage("ready"),
    (error) => globalThis.postMessage(String(error)),
  );
};
