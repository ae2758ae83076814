// Calls that natives.mjs does not make, and those that it knows to end the session.

/**
 * `module.name(...)` stands for all calls of a function. The reason is why nobody wants it called with anything.
 * @type {Record<string, string>}
 */
export const LEFT_OUT = {
  "_krait_js.suspend(...)": "waits until somebody asks for its stack again, and nobody does",
  "_testinternalcapi.type_assign_specific_version_unsafe(...)": "says itself what it is: a class whose version is another's has its methods",
  "builtins.breakpoint(...)": "a debugger waits for commands",
  "builtins.pow(...)": "powers of powers compute for ever, in CPython too",
  "_operator.pow(...)": "powers of powers compute for ever, in CPython too",
  "_operator.ipow(...)": "powers of powers compute for ever, in CPython too",
  "posix._exit(...)": "ends the session, that is what it is for",
  "posix.abort(...)": "ends the session, that is what it is for",
  "sys._setprofileallthreads(...)": "what it is given is called from then on, here in place of the test",
  "sys._settraceallthreads(...)": "what it is given is called from then on, here in place of the test",
  "sys.setprofile(...)": "what it is given is called from then on, here in place of the test",
  "sys.settrace(...)": "what it is given is called from then on, here in place of the test",
  "sys.setrecursionlimit(...)": "is the limit that keeps the stack from overflowing",
  "time.sleep(...)": "waits",
};

/**
 * Calls that end the session at present, and words of the panic, by the function, which nothing else calls meanwhile. A call that
 * no longer ends it is a failure.
 * @type {Record<string, Record<string, string>>}
 */
export const KNOWN = {};
