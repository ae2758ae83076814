// Enough of a page for the training programs: objects that behave as elements do towards who calls them.

// @ts-check

/** An element of no document. */
class Element extends EventTarget {
  /** @type {Element[]} */
  children = [];
  style = {};
  dataset = {};
  id = "";
  className = "";
  title = "";
  hidden = false;
  textContent = "";
  innerHTML = "";
  isConnected = true;
  /** @type {Element | undefined} */
  parentElement = undefined;
  /** @type {Map<string, string>} */
  #attributes = new Map();
  classList = {
    /** @param {string} name */
    add: (name) => void (this.className += ` ${name}`),
    remove() {},
    toggle: () => true,
    contains: () => false,
  };

  /** @param {string} tag */
  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
  }
  /** @param {string} name */
  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }
  /** @param {string} name */
  hasAttribute(name) {
    return this.#attributes.has(name);
  }
  /** @param {string} name */
  removeAttribute(name) {
    this.#attributes.delete(name);
  }
  /** @param {...any} added */
  append(...added) {
    for (const child of added) this.appendChild(child);
  }
  /** @param {Element} child */
  appendChild(child) {
    this.children.push(child);
    return child;
  }
  /** @param {...any} children */
  replaceChildren(...children) {
    this.children = children;
  }
  /** @param {string} _place @param {string} html */
  insertAdjacentHTML(_place, html) {
    this.innerHTML += html;
  }
  remove() {}
  /** @param {string} selector @returns {Element[]} */
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [...(matches(child, selector) ? [child] : []), ...child.querySelectorAll(selector)]);
  }
  /** @param {string} selector */
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
}

/** @param {Element} element @param {string} selector */
function matches(element, selector) {
  return selector.startsWith("#") ? element.id === selector.slice(1) : element.tagName === selector.toUpperCase();
}

/** The global names that the programs use. */
export function world() {
  const body = new Element("body");
  const out = new Element("div");
  out.id = "out";
  body.append(out);
  const document = Object.assign(new Element("html"), {
    body,
    head: new Element("head"),
    currentScript: null,
    /** @param {string} tag */
    createElement: (tag) => new Element(tag),
    /** @param {string} data */
    createTextNode: (data) => ({ data }),
    /** @param {string} id */
    getElementById: (id) => body.querySelector(`#${id}`),
  });
  document.append(body);
  return {
    document,
    window: globalThis,
    Element,
    HTMLElement: Element,
    record: { a: 1, nested: { b: [1, 2] } },
    list: [1, 2, 3],
    map: new Map([["a", 1]]),
    bytes: new Uint8Array([1, 2, 3]),
    typed: new Float64Array([1.5, 2.5]),
    fetch: async () => new Response('{"a": [1, 2]}'),
    /** @param {string} type */
    made: (type) => new Event(type, { cancelable: true }),
    /** @param {() => void} f */
    later: (f) => void setTimeout(f, 0),
    /** @param {(...given: unknown[]) => unknown} f @param {...unknown} given */
    calls: (f, ...given) => f(...given),
    /** @param {any} value */
    keeps: (value) => value?.copy?.(),
    /** @param {unknown} value */
    same: (value) => value,
    /** @param {unknown} value */
    promise: (value) => Promise.resolve(value),
    /** @param {string} reason */
    rejected: (reason) => Promise.reject(new TypeError(reason)),
    /** @param {string} reason */
    fails: (reason) => {
      throw new RangeError(reason);
    },
  };
}
