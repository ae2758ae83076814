// Types of Python objects in JavaScript. The classes themselves belong to a kernel: `kernel.ffi`.

/** What `toJs` does with containers and with what it has no container for. */
export interface ToJsOptions {
  /** Levels that are converted; -1 for all. */
  depth?: number;
  /** Takes the proxies that were made, so that they can be destroyed. */
  pyproxies?: PyProxy[];
  /** Whether proxies may be made; without them what cannot be converted throws. */
  create_pyproxies?: boolean;
  /** Makes something of the items of a dict; an object is the default. */
  dict_converter?: (items: Iterable<[key: any, value: any]>) => any;
  /** Is asked for what would become a proxy. */
  default_converter?: (object: PyProxy, convert: (object: PyProxy) => any, cache: (object: PyProxy, result: any) => void) => any;
  /** Is asked first, for everything that is not immutable. */
  eager_converter?: (object: PyProxy, convert: (object: PyProxy) => any, cache: (object: PyProxy, result: any) => void) => any;
}

/** A Python object. Attributes are properties; `$name` is an attribute that has the name of a member. */
export interface PyProxy {
  /** The name of its type, with the module unless that is `builtins` or `__main__`. */
  readonly type: string;
  /** What `str()` says. */
  toString(): string;
  /** Gives it up: each time the object was given to JavaScript can be given up once. */
  destroy(options?: { message?: string; destroyRoundtrip?: boolean }): void;
  /** The same object, with a life of its own. */
  copy(): this;
  /** Converts lists, tuples, dicts, sets and buffers. */
  toJs(options?: ToJsOptions): any;
  [attribute: string | symbol]: any;
}

export interface PyProxyWithLength extends PyProxy {
  readonly length: number;
}
export interface PyProxyWithGet extends PyProxy {
  /** `undefined` if there is no such key. */
  get(key: any): any;
  /** A view as JSON has it: dicts are objects, sequences are arrays. */
  asJsJson(): any;
}
export interface PyProxyWithSet extends PyProxy {
  set(key: any, value: any): void;
  delete(key: any): void;
}
export interface PyProxyWithHas extends PyProxy {
  has(key: any): boolean;
}
/** A dict: keys are properties too, behind its attributes. */
export interface PyDict extends PyProxyWithLength, PyProxyWithGet, PyProxyWithSet, PyProxyWithHas {
  [Symbol.iterator](): Iterator<any>;
}
export interface PyIterable extends PyProxy {
  [Symbol.iterator](): Iterator<any>;
}
export interface PyIterator extends PyProxy {
  [Symbol.iterator](): this;
  next(value?: any): IteratorResult<any, any>;
}
export interface PyGenerator extends PyIterator {
  throw(error: any): IteratorResult<any, any>;
  return(value?: any): IteratorResult<any, any>;
}
export interface PyAsyncIterable extends PyProxy {
  [Symbol.asyncIterator](): AsyncIterator<any>;
}
export interface PyAsyncIterator extends PyProxy {
  [Symbol.asyncIterator](): this;
  next(value?: any): Promise<IteratorResult<any, any>>;
}
export interface PyAsyncGenerator extends PyAsyncIterator {
  throw(error: any): Promise<IteratorResult<any, any>>;
  return(value?: any): Promise<IteratorResult<any, any>>;
}
export interface PyAwaitable extends PyProxy, PromiseLike<any> {
  catch(onError: (error: any) => any): Promise<any>;
  finally(onEnd: () => void): Promise<any>;
}
export interface PyCallable extends PyProxy {
  (...args: any[]): any;
  new (...args: any[]): any;
  apply(self: any, args?: ArrayLike<any> | null): any;
  call(self: any, ...args: any[]): any;
  bind(self: any, ...args: any[]): PyCallable;
  /** Passes `this` as the first argument. */
  captureThis(): PyCallable;
  /** The last argument holds keyword arguments. */
  callKwargs(...args: any[]): any;
  /** Leaves out arguments that the function does not take. */
  callRelaxed(...args: any[]): any;
  callKwargsRelaxed(...args: any[]): any;
  /** Calls in a later turn of the loop. */
  callPromising(...args: any[]): Promise<any>;
  callPromisingKwargs(...args: any[]): Promise<any>;
  callWithOptions(options: { relaxed?: boolean; kwargs?: boolean; promising?: boolean }, ...args: any[]): any;
}
export interface PyBuffer extends PyProxy {
  /** Lends the memory itself. The type of the array follows from the buffer's format if it is not named. */
  getBuffer(type?: "i8" | "u8" | "u8clamped" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f32" | "f64" | "dataview"): PyBufferView;
}
/** A sequence: Array's methods that read work on it. */
export interface PySequence extends PyProxyWithLength, PyProxyWithGet, PyProxyWithHas, Omit<ReadonlyArray<any>, "toString" | "flat" | "flatMap"> {}
/** A list and its kin: Array's methods that change work too. */
export interface PyMutableSequence extends PySequence, PyProxyWithSet {
  reverse(): this;
  sort(compare?: (a: any, b: any) => number): this;
  splice(start: number, count?: number, ...items: any[]): any[];
  push(...items: any[]): number;
  pop(): any;
  shift(): any;
  unshift(...items: any[]): number;
  copyWithin(target: number, start?: number, end?: number): this;
  fill(value: any, start?: number, end?: number): this;
}

/** The memory of a Python object. Element `[i, j]` is `data[offset + i * strides[0] + j * strides[1]]`. */
export interface PyBufferView {
  /**
   * The bytes, not a copy. When Python's memory grows, an array that was read here before has no elements any more: read
   * `data` again after Python has run.
   */
  readonly data: any;
  readonly offset: number;
  readonly readonly: boolean;
  readonly format: string;
  readonly itemsize: number;
  readonly ndim: number;
  readonly nbytes: number;
  readonly shape: number[];
  /** In elements of `data`. */
  readonly strides: number[];
  readonly c_contiguous: boolean;
  readonly f_contiguous: boolean;
  /** Gives the buffer back; until then Python does not resize the object. */
  release(): void;
}

/** An exception of Python. Its message is the whole traceback. */
export interface PythonError extends Error {
  /** Name of the exception's class. */
  readonly type: string;
}

/** A class to be used with `instanceof`. */
export interface ClassOf<T> {
  readonly prototype: T;
  new (...args: never[]): T;
  [Symbol.hasInstance](value: unknown): value is T;
}

/** The classes of a kernel. */
export interface Ffi {
  readonly PyProxy: ClassOf<PyProxy>;
  readonly PyProxyWithLength: ClassOf<PyProxyWithLength>;
  readonly PyProxyWithGet: ClassOf<PyProxyWithGet>;
  readonly PyProxyWithSet: ClassOf<PyProxyWithSet>;
  readonly PyProxyWithHas: ClassOf<PyProxyWithHas>;
  readonly PyDict: ClassOf<PyDict>;
  readonly PyIterable: ClassOf<PyIterable>;
  readonly PyIterator: ClassOf<PyIterator>;
  readonly PyGenerator: ClassOf<PyGenerator>;
  readonly PyAsyncIterable: ClassOf<PyAsyncIterable>;
  readonly PyAsyncIterator: ClassOf<PyAsyncIterator>;
  readonly PyAsyncGenerator: ClassOf<PyAsyncGenerator>;
  readonly PyAwaitable: ClassOf<PyAwaitable>;
  readonly PyCallable: ClassOf<PyCallable>;
  readonly PyBuffer: ClassOf<PyBuffer>;
  readonly PyBufferView: ClassOf<PyBufferView>;
  readonly PySequence: ClassOf<PySequence>;
  readonly PyMutableSequence: ClassOf<PyMutableSequence>;
  readonly PythonError: ClassOf<PythonError>;
}
