// The end of a session that its owner no longer wants.

// @ts-check

import { forgetNames } from "./attributes.js";
import { end } from "./death.js";
import { setApi, setHook, setInput } from "./host.js";
import { forgetProxies } from "./lent.js";
import { stop } from "./loop.js";
import { disconnect } from "./memory.js";
import { clear } from "./slab.js";
import { forgetSqlite } from "./sqlite.js";
import { forgetSteps } from "./steps.js";
import { forgetStacks } from "./suspend.js";

/**
 * Ends the session and lets everything go that this side holds for it: the values that Python held, listeners, timers, the
 * instance. Proxies that are still somewhere throw from now on and keep nothing alive.
 */
export function close() {
  const ended = Object.assign(new Error("(KR0004): This session has been disposed of. Make a new one with createKernel()."), {
    name: "KraitError",
    code: "KR0004",
  });
  end(ended);
  stop();
  forgetStacks();
  setHook(1, undefined);
  setHook(2, undefined);
  setInput(undefined);
  setApi(undefined);
  disconnect(ended);
  forgetProxies();
  forgetNames();
  forgetSteps();
  forgetSqlite();
  clear();
}
