// Pieces of work on the page's own thread: between two of them the browser paints and answers the user.

/** What is done in one go, in milliseconds; a piece that is begun goes on to its end. */
const PIECE = 8;

const { scheduler } = globalThis as { scheduler?: { yield?(): Promise<void> } };
let begun = -Infinity;

function task(): Promise<void> {
  // It comes before the tasks of others that wait, but not before input and painting. Safari has it not.
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** A promise that resolves in a task of its own, or `undefined` if the present piece of work has only just begun. */
export function turn(): Promise<void> | undefined {
  if (performance.now() - begun < PIECE) return undefined;
  return task().then(() => {
    begun = performance.now();
  });
}
