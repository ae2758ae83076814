/** Reads 10 000 times through the attributes and properties of 100 elements. */
export function run() {
  const items = document.querySelectorAll(".item");
  /** @type {Element[]} */
  const elements = [];
  for (let i = 0; i < items.length; i++) elements.push(/** @type {Element} */ (items.item(i)));
  let total = 0;
  for (let i = 0; i < 10_000; i++) {
    const element = /** @type {Element} */ (elements[i % 100]);
    total += Number.parseInt(element.getAttribute("data-value") ?? "", 10);
    total += element.id.length + element.childElementCount;
    if (element.className === "item") total++;
  }
  return String(total);
}
