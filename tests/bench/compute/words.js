/** Strings and maps: build a text of 100 000 words, split it, count the words, name the most frequent. */
export function run() {
  const text = Array.from({ length: 100_000 }, (_, i) => `Word${(i * i) % 5003}`).join(" ");
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of text.split(" ")) {
    const key = word.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let best = "";
  let most = 0;
  for (const [key, count] of counts) {
    if (best === "" || count > most || (count === most && key < best)) {
      best = key;
      most = count;
    }
  }
  return `${text.length} ${counts.size} ${best} ${most}`;
}
