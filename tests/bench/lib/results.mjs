/**
 * What RESULTS.md says, for the chart and for the page "How fast" of the site: both are made of that file, so that the three
 * say the same.
 *
 * @typedef {{ kind: "paragraph", text: string } | { kind: "list", items: string[] } | { kind: "table", rows: string[][] }} Block
 * @typedef {{ title: string, blocks: Block[] }} Section
 * @typedef {import("./chart.mjs").Group} Group
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { chart, escaped } from "./chart.mjs";
import { BENCH, PROJECT } from "./paths.mjs";

const RESULTS = join(BENCH, "RESULTS.md");
const CHART = join(BENCH, "start.svg");
const PAGE = join(PROJECT, "www", "how-fast.html");

/** The engines that the chart compares, by their titles in the tables. */
const SHOWN = ["Pyodide", "MicroPython", "Krait"];
/** Rows of the chart: section, row, title, unit. */
const CHARTED = [
  ["start", "cold start, ms", "First visit", "ms"],
  ["start", "warm start, ms", "Second visit", "ms"],
  ["start 4g", "cold start, ms", "First visit, 4G", "ms"],
  ["start", "second in the page, ready, ms", "A second one in the page", "ms"],
  ["start", "worker, ready, ms", "One in a worker", "ms"],
  ["start", "on the wire, cold, kB", "Download", "kB"],
  ["start", "WebAssembly memory, MB", "WebAssembly memory", "MB"],
];
const CHART_TITLE = "A page that says hello: Pyodide, MicroPython and Krait compared. The table below has the same figures.";

/** @param {string} line */
const cellsOf = (line) => line.split("|").slice(1, -1).map((cell) => cell.trim());

/**
 * @param {string} text the file
 * @returns {Section[]}
 */
export function sectionsOf(text) {
  return [...text.matchAll(/<!-- begin ([^>]*) -->\n([^]*?)<!-- end \1 -->/g)].map(([, title = "", body = ""]) => {
    const blocks = body
      .split(/\n\s*\n/)
      .map((block) => block.trim())
      .filter((block) => block !== "" && !block.startsWith("## ") && !block.startsWith("!["));
    return { title, blocks: blocks.map(blockOf) };
  });
}

/**
 * @param {string} text
 * @returns {Block}
 */
function blockOf(text) {
  const lines = text.split("\n");
  if (text.startsWith("|")) return { kind: "table", rows: lines.filter((_, i) => i !== 1).map(cellsOf) };
  if (text.startsWith("- ")) return { kind: "list", items: text.split(/\n?^- /m).slice(1).map((item) => item.replaceAll("\n", " ")) };
  return { kind: "paragraph", text: lines.join(" ") };
}

/**
 * @param {readonly Section[]} sections
 * @returns {Group[]}
 */
export function groupsOf(sections) {
  return CHARTED.flatMap(([section, name, title = "", unit]) => {
    const found = sections.find((one) => one.title === section)?.blocks.find((block) => block.kind === "table");
    const [head = [], ...rows] = found?.kind === "table" ? found.rows : [];
    const row = rows.find(([first]) => first === name);
    const bars = SHOWN.flatMap((engine) => {
      const text = row?.[head.indexOf(engine)]?.split(" ")[0] ?? "";
      const value = Number(text);
      return text === "" || !Number.isFinite(value) ? [] : [{ engine, value, text: `${text} ${unit}` }];
    });
    return bars.length === 0 ? [] : [{ title, bars }];
  });
}

/** Text with `code`. @param {string} text */
const inline = (text) => escaped(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>");

/** @param {Block} block @returns {string} */
function html(block) {
  if (block.kind === "paragraph") return `<p>${inline(block.text)}</p>`;
  if (block.kind === "list") return `<ul>\n${block.items.map((item) => `  <li>${inline(item)}</li>`).join("\n")}\n</ul>`;
  const [head = [], ...rows] = block.rows;
  const ours = head.indexOf("Krait");
  /** @param {string[]} cells */
  const body = (cells) =>
    cells.map((cell, i) => (i === 0 ? `<th scope="row">${inline(cell)}</th>` : `<td${i === ours ? ' class="ours"' : ""}>${inline(cell)}</td>`)).join("");
  return [
    '<div class="scroll" tabindex="0" role="region" aria-label="Table of results"><table>',
    `<thead><tr>${head.map((cell) => `<th scope="col">${inline(cell)}</th>`).join("")}</tr></thead>`,
    "<tbody>",
    ...rows.map((cells) => `<tr>${body(cells)}</tr>`),
    "</tbody></table></div>",
  ].join("\n");
}

/** @type {Record<string, string>} */
const HEADINGS = { start: "Start", "start 4g": "Start on a phone's line", compute: "Computing", dom: "The page", ffi: "Between Python and JavaScript" };

/**
 * @param {readonly Section[]} sections
 * @returns {string} the page
 */
export function pageOf(sections) {
  const parts = sections.map(({ title, blocks }) => {
    const drawing = title === "start" ? `\n<figure>\n${chart(groupsOf(sections), CHART_TITLE)}<figcaption>Shorter is better; each group has a scale of its own.</figcaption>\n</figure>` : "";
    return `<section>\n<h2>${escaped(HEADINGS[title] ?? title)}</h2>${drawing}\n${blocks.map(html).join("\n")}\n</section>`;
  });
  return `<!doctype html>
<html lang="en">
<!-- Made of tests/bench/RESULTS.md by the benchmark (\`node tests/bench/page.mjs\`): what is changed here is lost. -->
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="description" content="How fast Krait is, beside Pyodide and MicroPython.">
  <title>How fast · Krait</title>
  <link rel="icon" href="favicon.svg">
  <link rel="stylesheet" href="how-fast.css">
</head>
<body>
  <nav class="bar" aria-label="Krait"><a href="index.html">Krait</a></nav>
  <div class="bands"></div>
  <main>
<h1>How fast</h1>
<p class="lead">Krait beside Pyodide, MicroPython and plain JavaScript, in one browser on one machine, one after the other. A cell is the median of all rounds and, in brackets, the least; smaller is better. Compare the ratios, not the milliseconds.</p>
${parts.join("\n")}
  </main>
</body>
</html>
`;
}

/** Makes the chart and the page anew. */
export async function writePage() {
  const sections = sectionsOf(await readFile(RESULTS, "utf8"));
  await writeFile(CHART, chart(groupsOf(sections), CHART_TITLE));
  await writeFile(PAGE, pageOf(sections));
}
