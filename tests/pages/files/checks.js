// What the cases of kernel.fs and of FS share.

/** Numbers of Python's `errno`, which are Linux's. */
const NUMBERS = {
  EPERM: 1, ENOENT: 2, EIO: 5, EBADF: 9, EACCES: 13, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, EMFILE: 24, ENOSPC: 28,
  EROFS: 30, ENAMETOOLONG: 36, ENOTEMPTY: 39, ELOOP: 40, EILSEQ: 84, EOPNOTSUPP: 95,
};

/** @param {any} error @param {keyof typeof NUMBERS} code */
function compare(error, code) {
  const seen = `${error?.name} ${error?.code} ${error?.errno}`;
  const wanted = `ErrnoError ${code} ${NUMBERS[code]}`;
  if (seen !== wanted || !(error instanceof Error)) throw new Error(`it threw ${seen} (${error?.message}), which is not ${wanted}`);
}

/** @param {keyof typeof NUMBERS} code @param {(() => unknown)[]} acts */
export function fails(code, ...acts) {
  for (const [index, act] of acts.entries()) {
    let result;
    try {
      result = act();
    } catch (error) {
      compare(error, code);
      continue;
    }
    throw new Error(`the call number ${index + 1} that was to throw ${code} gave ${String(result)}`);
  }
}

/** @param {keyof typeof NUMBERS} code @param {(() => Promise<unknown>)[]} acts one after the other */
export async function refused(code, ...acts) {
  for (const [index, act] of acts.entries()) {
    const error = await act().then(() => new Error(`promise number ${index + 1} was kept`), (/** @type {unknown} */ error) => error);
    compare(error, code);
  }
}

/**
 * An object that notes which of its methods have returned, or kept a promise, and which have thrown, or broken one.
 * @template {object} T @param {T} object @returns {{ watched: T, worked: Set<string>, failed: Set<string> }}
 */
export function watch(object) {
  /** @type {Set<string>} */
  const worked = new Set();
  /** @type {Set<string>} */
  const failed = new Set();
  const watched = new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      const name = String(key);
      if (typeof value !== "function" || /^[A-Z]/.test(name)) {
        worked.add(name);
        return value;
      }
      return (/** @type {unknown[]} */ ...args) => {
        try {
          const result = value.apply(target, args);
          if (result instanceof Promise) result.then(() => worked.add(name), () => failed.add(name));
          else worked.add(name);
          return result;
        } catch (error) {
          failed.add(name);
          throw error;
        }
      };
    },
  });
  return { watched, worked, failed };
}

/** The names of a class of the types that the package comes with. @param {string} file @param {string} name */
export async function namesOf(file, name) {
  const text = await (await fetch(file)).text();
  const body = text.split(new RegExp(`(?:class|interface) ${name} \\{\\n`))[1]?.split(/^\}/m)[0] ?? "";
  const members = [...body.matchAll(/^ {4}(?:readonly |get )?([A-Za-z]\w*)[?(:]/gm)].map(([, member]) => String(member));
  return new Set(members.filter((member) => member !== "constructor"));
}

/** Names of what is kept, so that page and worker do not meet. @param {string} name */
export const own = (name) => `files/${typeof document === "undefined" ? "worker" : "page"}/${name}`;
