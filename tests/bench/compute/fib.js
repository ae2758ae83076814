/**
 * @param {number} n
 * @returns {number}
 */
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

/** Recursive calls: the 25th Fibonacci number. */
export function run() {
  return String(fib(25));
}
