/** Makes the chart beside RESULTS.md and the site's page "How fast" of what RESULTS.md says: `node tests/bench/page.mjs`. */
import { writePage } from "./lib/results.mjs";

await writePage();
