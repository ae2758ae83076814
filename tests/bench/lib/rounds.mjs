/**
 * Each round begins with another engine, so that none always runs on a machine that the same neighbour has warmed.
 *
 * @template T
 * @param {readonly T[]} list
 * @param {number} round
 * @returns {T[]}
 */
export function rotated(list, round) {
  const by = round % list.length;
  return [...list.slice(by), ...list.slice(0, by)];
}
