/** @param {Element} stage */
export function setup(stage) {
  const table = document.createElement("table");
  table.id = "table";
  stage.append(table);
}

/**
 * @param {Element} stage
 * @param {string} result
 */
export function check(stage, result) {
  if (result !== "done") return `returned ${result}`;
  const rows = [...stage.querySelectorAll("tr")];
  if (rows.length !== 1000) return `${rows.length} rows`;
  for (const [i, row] of rows.entries()) {
    const expected =
      `<tr class="${i % 2 === 0 ? "even" : "odd"}"><td>${i}</td>` +
      `<td><a href="#row-${i}">row number ${i}</a></td></tr>`;
    if (row.outerHTML !== expected) return `row ${i} is ${row.outerHTML}`;
  }
  return null;
}
