/** @param {Element} stage */
export function setup(stage) {
  for (let i = 0; i < 10_000; i++) {
    const element = document.createElement("span");
    element.id = `element-${i}`;
    stage.append(element);
  }
}

/**
 * @param {Element} stage
 * @param {string} result
 */
export function check(stage, result) {
  if (result !== "done") return `returned ${result}`;
  if (stage.children.length !== 10_000) return `${stage.children.length} elements`;
  for (const [i, element] of [...stage.children].entries()) {
    if (element.textContent !== `text ${i}`) return `element ${i} says "${element.textContent}"`;
  }
  return null;
}
