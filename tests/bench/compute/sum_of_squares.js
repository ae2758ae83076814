/** Sums a million squares, exactly: whole numbers end at 2^53, so what is near it goes into a BigInt. */
export function run() {
  let total = 0n;
  let part = 0;
  for (let i = 0; i < 1_000_000; i++) {
    part += i ** 2;
    if (part > 2 ** 52) {
      total += BigInt(part);
      part = 0;
    }
  }
  return String(total + BigInt(part));
}
