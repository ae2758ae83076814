/** Arrays by index: the primes below 300 000. */
export function run() {
  const size = 300_000;
  const prime = new Array(size).fill(true);
  prime[0] = prime[1] = false;
  for (let i = 2; i * i < size; i++) {
    if (prime[i]) for (let j = i * i; j < size; j += i) prime[j] = false;
  }
  let count = 0;
  let last = 0;
  for (let i = 0; i < size; i++) {
    if (prime[i]) {
      count++;
      last = i;
    }
  }
  return `${count} ${last}`;
}
