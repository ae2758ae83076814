/** Gives 2000 elements a listener of their own each, dispatches an event at each, takes the listeners off. */
export function run() {
  /** @type {string[]} */
  const heard = [];

  /** @param {number} i */
  function listener(i) {
    /** @param {Event} event */
    return (event) => {
      const target = /** @type {Element} */ (event.target);
      heard.push(target.id);
      target.textContent = String(i);
    };
  }

  /** @type {[Element, (event: Event) => void][]} */
  const pairs = [];
  for (let i = 0; i < 2000; i++) {
    const element = /** @type {Element} */ (document.getElementById(`button-${i}`));
    const listen = listener(i);
    element.addEventListener("bench", listen);
    pairs.push([element, listen]);
  }
  for (const [element] of pairs) {
    const event = document.createEvent("Event");
    event.initEvent("bench", true, true);
    element.dispatchEvent(event);
  }
  for (const [element, listen] of pairs) element.removeEventListener("bench", listen);
  return `${heard.length} ${heard[0]} ${heard[heard.length - 1]}`;
}
