// PyProxy: Python objects in JavaScript. A proxy's prototype is put together from what its object can do, once for each
// combination, so that `instanceof` and `in` tell the truth.

// @ts-check

import { asyncIterableMethods, asyncIteratorMethods, asyncGeneratorMethods, awaitableMethods, generatorMethods, iterableMethods, iteratorMethods } from "./pyiteration.js";
import { bufferMethods, PyBufferView } from "./pybuffer.js";
import { dictHandler, jsonDictHandler, mutableSequenceMethods, sequenceHandler, sequenceMethods, viewAsJson } from "./pysequence.js";
import {
  alive, attribute, borrowing, callPython, callWithKeywords, CONTAINS, DELATTR, DELITEM, destroy, DIR, GETITEM, HAS_CONTAINS, HAS_GET,
  HAS_LENGTH, HAS_SET, HASATTR, IS_ASYNC_GENERATOR, IS_ASYNC_ITERABLE, IS_ASYNC_ITERATOR, IS_AWAITABLE, IS_BUFFER,
  IS_CALLABLE, IS_DICT, IS_GENERATOR, IS_ITERABLE, IS_ITERATOR, IS_JSON_DICT, IS_JSON_SEQUENCE, IS_MUTABLE_SEQUENCE,
  IS_SEQUENCE, Lent, LENGTH, lifeOf, operate, PROMISING, RELAXED, remember, secondLife, SETATTR, setBorrowing, setDebug, SETITEM, setView, STR,
  TO_JS, TYPE, View, viewOf,
} from "./lent.js";
import { fail, PY_OBJECT, UNDEFINED } from "./cells.js";
import { setApi } from "./host.js";
import { cells, views, words } from "./memory.js";
import { PythonError } from "./pythonerror.js";
import { hold, slots } from "./slab.js";
import { canSuspend } from "./suspend.js";
import { keeps, lasting } from "./borrow.js";

/** Where a proxy's target keeps its view. */
export const VIEW = Symbol("krait.view");
/** @typedef {{[VIEW]: View, [name: string | symbol]: any}} Target */

const dispose = /** @type {symbol} */ (Symbol.dispose ?? Symbol("dispose"));

/** The view of what a member is called on. @param {unknown} self */
export function viewIn(self) {
  const view = /** @type {Target | undefined} */ (self)?.[VIEW];
  if (view === undefined) throw new TypeError("This method belongs to a PyProxy and was called on something else");
  return view;
}

// ------------------------------------------------------------------------------------------------------------ classes

/** Makes the class of proxies whose object has one of the abilities. @param {string} name @param {number} abilities */
function classOf(name, abilities) {
  const made = class extends PyProxy {
    /** @override @param {unknown} value */
    static [Symbol.hasInstance](value) {
      return ((viewFor(value)?.abilities ?? 0) & abilities) !== 0;
    }
  };
  Object.defineProperty(made, "name", { value: name });
  return made;
}

/** @param {unknown} value */
function viewFor(value) {
  return value !== null && (typeof value === "object" || typeof value === "function") ? viewOf(value) : undefined;
}

/** A Python object in JavaScript. */
export class PyProxy {
  constructor() {
    throw new TypeError("PyProxy is not a constructor");
  }

  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return viewFor(value) !== undefined;
  }

  get [Symbol.toStringTag]() {
    return "PyProxy";
  }

  /** The name of the object's type, with its module unless that is `builtins` or `__main__`. @returns {string} */
  get type() {
    return operate(viewIn(this).lent, TYPE, []);
  }

  /** What `str()` says. @returns {string} */
  toString() {
    return operate(viewIn(this).lent, STR, []);
  }

  /** Gives the object up. @param {{message?: string, destroyRoundtrip?: boolean}} options */
  destroy({ message = "", destroyRoundtrip = true } = {}) {
    const { lent } = viewIn(this);
    if (destroyRoundtrip || !lent.roundtrip) destroy(lent, message);
  }

  /** A proxy of the same object with a life of its own. */
  copy() {
    const view = viewIn(this);
    const second = secondLife(view.lent);
    return makeProxy(second, view === view.lent ? second : inherit(view, second));
  }

  /**
   * Converts lists, tuples, dicts, sets and buffers to JavaScript's own.
   * @param {{depth?: number, pyproxies?: unknown[], create_pyproxies?: boolean, dict_converter?: Function, default_converter?: Function, eager_converter?: Function}} options
   */
  toJs({ depth = -1, pyproxies, create_pyproxies = true, dict_converter, default_converter, eager_converter } = {}) {
    return operate(viewIn(this).lent, TO_JS, [depth, pyproxies, create_pyproxies, dict_converter, default_converter, eager_converter]);
  }
}
Object.defineProperty(PyProxy.prototype, dispose, { value: /** @this {PyProxy} */ function () { this.destroy(); }, writable: true, configurable: true });

/** What proxies of callables inherit: they are `instanceof Function` too. */
const callableBase = Object.create(Function.prototype, Object.getOwnPropertyDescriptors(PyProxy.prototype));

/** @type {{[name: string]: unknown}} */
const classes = {
  PyProxy,
  PyProxyWithLength: classOf("PyProxyWithLength", HAS_LENGTH),
  PyProxyWithGet: classOf("PyProxyWithGet", HAS_GET),
  PyProxyWithSet: classOf("PyProxyWithSet", HAS_SET),
  PyProxyWithHas: classOf("PyProxyWithHas", HAS_CONTAINS),
  PyDict: classOf("PyDict", IS_DICT),
  PyIterable: classOf("PyIterable", IS_ITERABLE | IS_ITERATOR),
  PyIterator: classOf("PyIterator", IS_ITERATOR),
  PyGenerator: classOf("PyGenerator", IS_GENERATOR),
  PyAsyncIterable: classOf("PyAsyncIterable", IS_ASYNC_ITERABLE | IS_ASYNC_ITERATOR),
  PyAsyncIterator: classOf("PyAsyncIterator", IS_ASYNC_ITERATOR),
  PyAsyncGenerator: classOf("PyAsyncGenerator", IS_ASYNC_GENERATOR),
  PyAwaitable: classOf("PyAwaitable", IS_AWAITABLE),
  PyCallable: classOf("PyCallable", IS_CALLABLE),
  PyBuffer: classOf("PyBuffer", IS_BUFFER),
  PySequence: classOf("PySequence", IS_SEQUENCE),
  PyMutableSequence: classOf("PyMutableSequence", IS_MUTABLE_SEQUENCE),
};

// ------------------------------------------------------------------------------------------------------------ members

const lengthMethods = {
  /** @returns {number} */
  get length() {
    return operate(viewIn(this).lent, LENGTH, []);
  },
};

export const getMethods = {
  /** `object[key]`; `undefined` if there is no such key. @param {unknown} key */
  get(key) {
    const view = viewIn(this);
    const value = item(view, key);
    return view.abilities & (IS_JSON_DICT | IS_JSON_SEQUENCE) ? viewAsJson(value) : value;
  },
};

/** @param {View} view @param {unknown} key */
function item(view, key) {
  const value = operate(view.lent, GETITEM, [key]);
  return value === undefined && view.fallback !== undefined ? operate(view.fallback, GETITEM, [key]) : value;
}

export const setMethods = {
  /** `object[key] = value` @param {unknown} key @param {unknown} value */
  set(key, value) {
    operate(viewIn(this).lent, SETITEM, [key, value]);
  },
  /** `del object[key]` @param {unknown} key */
  delete(key) {
    operate(viewIn(this).lent, DELITEM, [key]);
  },
};

export const hasMethods = {
  /** `key in object` @param {unknown} key @returns {boolean} */
  has(key) {
    const view = viewIn(this);
    return operate(view.lent, CONTAINS, [key]) || (view.fallback !== undefined && operate(view.fallback, CONTAINS, [key]));
  },
};

const jsonMethods = {
  /** A view of the object and what is in it as JSON has it: dicts are objects, sequences are arrays. */
  asJsJson() {
    return viewAsJson(this);
  },
};

/** @param {View} view @param {unknown} self @param {unknown[]} args */
function adjusted(view, self, args) {
  if (view.isBound) args = view.boundArgs === undefined ? args : view.boundArgs.concat(args);
  return view.captureThis ? [view.isBound ? view.boundThis : self, ...args] : args;
}

/** Takes the keyword arguments off the end. @param {unknown[]} args @param {string} name */
function popKeywords(args, name) {
  if (args.length === 0) throw new TypeError(`${name} requires at least one argument (the key word argument object)`);
  const kwargs = /** @type {Record<string, unknown>} */ (args.pop());
  const plain = kwargs !== null && typeof kwargs === "object" && (kwargs.constructor === undefined || kwargs.constructor.name === "Object");
  if (!plain) throw new TypeError("kwargs argument is not an object");
  return kwargs;
}

/**
 * A call that begins when nothing of the kernel is on the stack, as a promise: where the engine can suspend WebAssembly, what
 * is called can wait without `await`.
 * @param {Lent} lent @param {unknown[]} args @param {Record<string, unknown>} kwargs @param {boolean} isRelaxed
 */
async function later(lent, args, kwargs, isRelaxed) {
  alive(lent);
  if (!canSuspend()) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    return isRelaxed ? relaxedWithKeywords(lent, args, kwargs) : callWithKeywords(lent, args, kwargs);
  }
  const names = Object.keys(kwargs);
  const { promise, resolve, reject } = Promise.withResolvers();
  keeps(resolve);
  keeps(reject);
  operate(lent, PROMISING, [resolve, reject, isRelaxed, names.length, ...args, ...Object.values(kwargs), ...names]);
  return promise;
}

/** @param {Lent} lent @param {unknown[]} args */
const relaxed = (lent, args) => operate(lent, RELAXED, [0, ...args]);
/** @param {Lent} lent @param {unknown[]} args @param {Record<string, unknown>} kwargs */
const relaxedWithKeywords = (lent, args, kwargs) => {
  const names = Object.keys(kwargs);
  return operate(lent, RELAXED, [names.length, ...args, ...Object.values(kwargs), ...names]);
};

/** As `Function.prototype.apply` makes a list of its second argument: by length, not by iterating. @param {any} args @returns {unknown[]} */
function listOf(args) {
  if (args === undefined || args === null) return [];
  if (typeof args !== "object" && typeof args !== "function") throw new TypeError("apply() was called on a list of arguments that is no object");
  return Array.from({ length: args.length ?? 0 }, (_, index) => args[index]);
}

const callableMethods = {
  /** @param {unknown} self @param {ArrayLike<unknown> | null} [args] */
  apply(self, args) {
    const view = viewIn(this);
    return callPython(view.lent, adjusted(view, self, listOf(args)));
  },
  /** @param {unknown} self @param {unknown[]} args */
  call(self, ...args) {
    const view = viewIn(this);
    return callPython(view.lent, adjusted(view, self, args));
  },
  /** A proxy of the same life that puts `args` before its own. @param {unknown} self @param {unknown[]} args */
  bind(self, ...args) {
    const view = viewIn(this);
    alive(view.lent);
    const bound = inherit(view, view.lent);
    if (!bound.isBound) bound.boundThis = self;
    bound.isBound = true;
    bound.boundArgs = (view.boundArgs ?? []).concat(args);
    return makeProxy(view.lent, bound);
  },
  /** A proxy of the same life that passes `this` as the first argument. */
  captureThis() {
    const view = viewIn(this);
    alive(view.lent);
    const capturing = inherit(view, view.lent);
    capturing.captureThis = true;
    return makeProxy(view.lent, capturing);
  },
  /** The last argument holds keyword arguments. @param {unknown[]} args */
  callKwargs(...args) {
    const kwargs = popKeywords(args, "callKwargs");
    return callWithKeywords(viewIn(this).lent, args, kwargs);
  },
  /** Arguments that the function does not take are left out. @param {unknown[]} args */
  callRelaxed(...args) {
    return relaxed(viewIn(this).lent, args);
  },
  /** @param {unknown[]} args */
  callKwargsRelaxed(...args) {
    const kwargs = popKeywords(args, "callKwargsRelaxed");
    return relaxedWithKeywords(viewIn(this).lent, args, kwargs);
  },
  /** Calls soon, and gives a promise of the result. @param {unknown[]} args */
  callPromising(...args) {
    return later(viewIn(this).lent, args, {}, false);
  },
  /** @param {unknown[]} args */
  callPromisingKwargs(...args) {
    const kwargs = popKeywords(args, "callPromisingKwargs");
    return later(viewIn(this).lent, args, kwargs, false);
  },
  /** @param {{relaxed?: boolean, kwargs?: boolean, promising?: boolean}} options @param {unknown[]} args */
  callWithOptions(options, ...args) {
    const { lent } = viewIn(this);
    const kwargs = options.kwargs ? popKeywords(args, "callWithOptions with 'kwargs: true'") : {};
    if (options.promising) return later(lent, args, kwargs, options.relaxed === true);
    return options.relaxed ? relaxedWithKeywords(lent, args, kwargs) : callWithKeywords(lent, args, kwargs);
  },
};

/** @param {View} view @param {Lent} lent */
function inherit(view, lent) {
  const made = new View(lent, view.abilities);
  made.captureThis = view.captureThis;
  made.isBound = view.isBound;
  made.boundThis = view.boundThis;
  made.boundArgs = view.boundArgs;
  made.fallback = view.fallback;
  return made;
}

/** Prototypes by abilities. @type {Map<number, object>} */
const prototypes = new Map();

/** Functions by abilities, of which the targets of callable proxies are bound copies: those have their prototype. @type {Map<number, Function>} */
const callTargets = new Map();
const bind = Function.prototype.bind;

/** A function without a `prototype` of its own, which bound ones are; a constructor, for classes. @param {number} abilities */
function callTarget(abilities) {
  let model = callTargets.get(abilities);
  if (model === undefined) {
    model = function () {};
    Object.setPrototypeOf(model, /** @type {object} */ (prototypeFor(abilities)));
    callTargets.set(abilities, model);
  }
  return bind.call(model, undefined);
}

/** Whether a property is what the engine gives to functions: Python's have others. @param {Target} target @param {string | symbol} key */
function isEngines(target, key) {
  return typeof target === "function" && (key === "name" || key === "length");
}

/** @param {number} abilities */
function prototypeFor(abilities) {
  let prototype = prototypes.get(abilities);
  if (prototype === undefined) {
    prototype = Object.create(abilities & IS_CALLABLE ? callableBase : PyProxy.prototype);
    for (const [ability, methods] of /** @type {[number, object][]} */ ([
      [HAS_LENGTH, lengthMethods],
      [HAS_GET, getMethods],
      [HAS_SET, setMethods],
      [HAS_CONTAINS, hasMethods],
      [HAS_GET | IS_SEQUENCE, jsonMethods],
      [IS_ITERABLE, iterableMethods],
      [IS_ITERATOR, iteratorMethods],
      [IS_GENERATOR, generatorMethods],
      [IS_ASYNC_ITERABLE, asyncIterableMethods],
      [IS_ASYNC_ITERATOR, asyncIteratorMethods],
      [IS_ASYNC_GENERATOR, asyncGeneratorMethods],
      [IS_AWAITABLE, awaitableMethods],
      [IS_BUFFER, bufferMethods],
      [IS_CALLABLE, callableMethods],
      [IS_SEQUENCE, sequenceMethods],
      [IS_MUTABLE_SEQUENCE, mutableSequenceMethods],
    ])) {
      if ((abilities & ability) === 0) continue;
      const descriptors = Object.getOwnPropertyDescriptors(methods);
      for (const key of Reflect.ownKeys(descriptors)) descriptors[/** @type {string} */ (key)].enumerable = false;
      Object.defineProperties(prototype, descriptors);
    }
    prototypes.set(abilities, /** @type {object} */ (prototype));
  }
  return prototype;
}

// ------------------------------------------------------------------------------------------------------------- traps

/** Whether a name is JavaScript's on this proxy: its members come first, then Python's attributes. @param {Target} target @param {string} key */
function isMember(target, key) {
  if (!(key in target)) return false;
  // What functions have in JavaScript must not hide what Python's have.
  return typeof target !== "function" || (key !== "name" && key !== "length" && key !== "caller" && key !== "arguments");
}

/** Functions have a `prototype`, which cannot be deleted; its value is Python's attribute. @param {Target} target @param {string} key */
const isPrototype = (target, key) => key === "prototype" && typeof target === "function";

/** `$name` is Python's attribute also where JavaScript has a member of that name. @param {string} key */
const plain = (key) => (key.startsWith("$") ? key.slice(1) : key);

/** @type {ProxyHandler<Target>} */
export const handler = {
  get(target, key) {
    if (typeof key === "symbol" || isMember(target, key)) return target[key];
    return attribute(target[VIEW].lent, plain(key));
  },
  set(target, key, value) {
    if (typeof key === "symbol" || isMember(target, key)) return Reflect.set(target, key, value);
    operate(target[VIEW].lent, SETATTR, [plain(key), value]);
    return true;
  },
  has(target, key) {
    if (typeof key === "symbol") return key in target && key !== VIEW;
    return isMember(target, key) || isPrototype(target, key) || operate(target[VIEW].lent, HASATTR, [plain(key)]);
  },
  deleteProperty(target, key) {
    if (typeof key === "symbol" || isMember(target, key)) return Reflect.deleteProperty(target, key);
    if (isPrototype(target, key)) return false;
    operate(target[VIEW].lent, DELATTR, [plain(key)]);
    return true;
  },
  ownKeys(target) {
    return [...new Set(ownNames(target))];
  },
  getOwnPropertyDescriptor(target, key) {
    return isEngines(target, key) ? undefined : Reflect.getOwnPropertyDescriptor(target, key);
  },
  apply(target, self, args) {
    const view = target[VIEW];
    return callPython(view.lent, view.isBound || view.captureThis ? adjusted(view, self, args) : args);
  },
  construct(target, args) {
    const view = target[VIEW];
    return callPython(view.lent, view.isBound ? adjusted(view, undefined, args) : args);
  },
};

/** What `dir()` says, and what was set on the proxy itself. @param {Target} target @returns {(string | symbol)[]} */
export function ownNames(target) {
  const names = /** @type {string[]} */ (operate(target[VIEW].lent, DIR, []));
  return [...names, ...Reflect.ownKeys(target).filter((key) => key !== VIEW && !isEngines(target, key))];
}

// ------------------------------------------------------------------------------------------------------------ making

/** @param {Lent} lent @param {View} view */
export function makeProxy(lent, view) {
  const { abilities } = view;
  /** @type {any} */
  let target;
  if (abilities & IS_CALLABLE) {
    target = callTarget(abilities);
  } else {
    target = Object.create(/** @type {object} */ (prototypeFor(abilities)));
  }
  target[VIEW] = view;
  const proxy = new Proxy(target, handlerFor(abilities));
  if (lent === view) lent.proxy = proxy;
  setView(proxy, view);
  return proxy;
}

/** @param {number} abilities */
function handlerFor(abilities) {
  if (abilities & IS_JSON_DICT) return jsonDictHandler;
  if (abilities & IS_SEQUENCE) return sequenceHandler;
  return abilities & IS_DICT ? dictHandler : handler;
}

/** The proxy of a Python object: the one that is alive, or a new one; where they are borrowed always a new one. @param {number} id @param {number} abilities */
export function proxyFor(id, abilities) {
  const known = borrowing ? undefined : lifeOf(id);
  if (known !== undefined) {
    known.handed++;
    return /** @type {object} */ (known.proxy);
  }
  const lent = new Lent(id, abilities);
  if (!borrowing) remember(lent);
  return makeProxy(lent, lent);
}

/**
 * A proxy with a life of its own, as `create_proxy` makes it; held. With `roundtrip` Python gets the proxy back, and not its
 * object.
 * @param {number} id @param {number} abilities @param {boolean} captureThis @param {boolean} roundtrip
 */
export function createProxy(id, abilities, captureThis, roundtrip) {
  const lent = new Lent(id, abilities);
  lent.captureThis = captureThis;
  lent.roundtrip = roundtrip;
  if (borrowing) lasting.add(lent);
  return hold(makeProxy(lent, lent));
}

/** Gives Python the object of a proxy that it holds. @param {number} target */
export function unwrapped(target) {
  try {
    views();
    const view = viewFor(slots[target]);
    words[cells >> 2] = view === undefined ? UNDEFINED : PY_OBJECT;
    if (view !== undefined) words[(cells + 8) >> 2] = alive(view.lent);
    return words[cells >> 2];
  } catch (error) {
    return fail(error);
  }
}

/** A namespace that answers also for the names of `builtins`. @param {object} namespace @param {object} builtins */
function withFallback(namespace, builtins) {
  const view = viewOf(namespace);
  const behind = viewOf(builtins);
  if (view === undefined || behind === undefined) return namespace;
  const layered = inherit(view, view.lent);
  layered.fallback = behind.lent;
  return makeProxy(view.lent, layered);
}

/** What the JavaScript API needs of this side. */
export function workshop() {
  return { ffi: { ...classes, PyBufferView, PythonError }, withFallback, setDebug, setApi, setBorrowing };
}

