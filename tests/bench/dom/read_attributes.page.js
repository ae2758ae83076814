/** @param {Element} stage */
export function setup(stage) {
  for (let i = 0; i < 100; i++) {
    const element = document.createElement("p");
    element.id = "x".repeat(1 + (i % 3));
    element.className = "item";
    element.setAttribute("data-value", String(i * 7));
    if (i % 2 === 0) element.append(document.createElement("b"));
    stage.append(element);
  }
}

/**
 * @param {Element} _stage
 * @param {string} result
 */
export function check(_stage, result) {
  // A hundred rounds over 100 elements: values 7 * (0 + ... + 99), lengths 1 + 2 + 3 + ... + 1, 50 children, 100 classes.
  const expected = 100 * (7 * 4950 + (33 * 6 + 1) + 50 + 100);
  return result === String(expected) ? null : `returned ${result}, not ${expected}`;
}
