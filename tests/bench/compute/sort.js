/** Sorts 100 000 pseudo-random integers. */
export function run() {
  /** @type {number[]} */
  const values = [];
  let x = 42;
  for (let i = 0; i < 100_000; i++) {
    x = (x * 16807) % 2147483647;
    values.push(x);
  }
  values.sort((a, b) => a - b);
  return `${values[0]} ${values[50_000]} ${values[values.length - 1]}`;
}
