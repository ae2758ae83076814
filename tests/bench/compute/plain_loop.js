/** A million turns of integer arithmetic in a plain loop. */
export function run() {
  let t = 0;
  for (let i = 0; i < 1_000_000; i++) t += (i * 3) % 7;
  return String(t);
}
