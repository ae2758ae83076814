/**
 * Draws the chart of a start: for each row a bar per engine, each row to a scale of its own, smaller is better. It is as wide
 * as a phone, and legible there.
 *
 * @typedef {{ title: string, bars: { engine: string, value: number, text: string }[] }} Group
 */

const WIDTH = 360;
/** Where bars begin, and the longest one. */
const LEFT = 92;
const LONGEST = 190;
const TITLE = 26;
const BAR = 22;
const GAP = 12;

/** Colours that both a light and a dark page can have behind them. */
const STYLE = `text{font:13px ui-sans-serif,system-ui,"Segoe UI",Roboto,sans-serif;fill:#10161d}.title{font-weight:700}.value{font-variant-numeric:tabular-nums}rect{fill:#8fa3b3}rect.ours{fill:#1b5f9a}@media (prefers-color-scheme:dark){text{fill:#e9eff4}rect{fill:#71828f}rect.ours{fill:#8cc4f0}}`;

/** @param {string} text */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * @param {readonly Group[]} groups
 * @param {string} title what is shown, for those who cannot see it
 * @returns {string} an SVG document
 */
export function chart(groups, title) {
  /** @type {string[]} */
  const parts = [];
  let y = 0;
  for (const { title, bars } of groups) {
    parts.push(`<text class="title" x="0" y="${y + 16}">${escaped(title)}</text>`);
    y += TITLE;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const { engine, value, text } of bars) {
      // A bar that is too short to be seen is a line.
      const length = Math.max(1.5, most > 0 ? (value / most) * LONGEST : 0);
      const ours = engine === "Krait" ? ' class="ours"' : "";
      parts.push(
        `<text x="0" y="${y + 14}">${escaped(engine)}</text>`,
        `<rect${ours} x="${LEFT}" y="${y + 2}" width="${length.toFixed(1)}" height="${BAR - 6}" rx="2"/>`,
        `<text class="value" x="${(LEFT + length + 6).toFixed(1)}" y="${y + 14}">${escaped(text)}</text>`,
      );
      y += BAR;
    }
    y += GAP;
  }
  const height = y - GAP + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}
