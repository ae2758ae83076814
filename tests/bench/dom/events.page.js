/** @param {Element} stage */
export function setup(stage) {
  for (let i = 0; i < 2000; i++) {
    const element = document.createElement("button");
    element.id = `button-${i}`;
    stage.append(element);
  }
}

/**
 * @param {Element} stage
 * @param {string} result
 */
export function check(stage, result) {
  if (result !== "2000 button-0 button-1999") return `returned ${result}`;
  for (const [i, element] of [...stage.children].entries()) {
    if (element.textContent !== String(i)) return `button ${i} says "${element.textContent}"`;
  }
  // A listener that is still there would write its number again.
  const first = stage.children[0];
  if (!first) return "no button left";
  first.textContent = "";
  first.dispatchEvent(new Event("bench"));
  return first.textContent === "" ? null : "a removed listener still runs";
}
