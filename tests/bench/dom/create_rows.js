/** Creates a table of 1000 rows with two cells and a link each, and puts it into the page. */
export function run() {
  const body = document.createElement("tbody");
  for (let i = 0; i < 1000; i++) {
    const row = document.createElement("tr");
    row.className = i % 2 === 0 ? "even" : "odd";
    const number = document.createElement("td");
    number.textContent = String(i);
    row.appendChild(number);
    const label = document.createElement("td");
    const link = document.createElement("a");
    link.setAttribute("href", `#row-${i}`);
    link.textContent = `row number ${i}`;
    label.appendChild(link);
    row.appendChild(label);
    body.appendChild(row);
  }
  document.getElementById("table")?.appendChild(body);
  return "done";
}
