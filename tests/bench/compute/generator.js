/** @param {number} n */
function* halves(n) {
  for (let i = 0; i < n; i++) yield Math.floor(i / 2);
}

/** Takes 300 000 values out of a generator. */
export function run() {
  let total = 0;
  for (const value of halves(300_000)) total += value;
  return String(total);
}
