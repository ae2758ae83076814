/** Finds 10 000 elements by selector and sets their text. */
export function run() {
  for (let i = 0; i < 10_000; i++) {
    const element = /** @type {Element} */ (document.querySelector(`#element-${i}`));
    element.textContent = `text ${i}`;
  }
  return "done";
}
