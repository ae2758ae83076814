class ValueError extends Error {}

class KeyError extends Error {
  /** @param {number} key */
  constructor(key) {
    super();
    this.key = key;
  }
}

/**
 * @param {number} i
 * @returns {never}
 */
function refuse(i) {
  if (i % 2) throw new ValueError(String(i));
  throw new KeyError(i);
}

/** Throws and catches 50 000 errors, each from one call down. */
export function run() {
  let values = 0;
  let keys = 0;
  for (let i = 0; i < 50_000; i++) {
    try {
      refuse(i);
    } catch (error) {
      if (error instanceof ValueError) values++;
      else if (error instanceof KeyError) keys += error.key;
      else throw error;
    }
  }
  return `${values} ${keys}`;
}
