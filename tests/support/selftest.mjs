// Tests of the test tools themselves: what the server refuses and how it fails on request, and which case files are refused.
import { mkdir, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";

import { repo } from "../../crates/xtask/web/places.mjs";
import { startServer } from "../../crates/xtask/web/server.mjs";
import { barOf, methodsIn, missed, shareOf } from "../libtest/bar.mjs";
import { checkCase, toMatcher } from "../pages/schema.mjs";
import { diff, runAll } from "./report.mjs";

/** @typedef {import("../../crates/xtask/web/server.d.ts").ServerOptions} ServerOptions */

const folder = path.join(repo, "tests/out/selftest");
await rm(folder, { recursive: true, force: true });
await mkdir(path.join(folder, "site/sub"), { recursive: true });
await writeFile(path.join(folder, "secret.txt"), "secret");
await writeFile(path.join(folder, "site/.hidden"), "hidden");
await writeFile(path.join(folder, "site/a.wasm"), "plain bytes");
await writeFile(path.join(folder, "site/a.wasm.br"), "packed");
await writeFile(path.join(folder, "site/sub/index.html"), "<p>sub</p>");

/**
 * A request whose path is sent as it is written.
 * @param {string} origin @param {string} target @param {Record<string, string>} headers @param {string} method
 * @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders, body: string }>}
 */
function ask(origin, target, headers = {}, method = "GET") {
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    const request = http.request({ hostname, port, path: target, headers, method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text) => (body += text));
      response.on("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on("error", fail);
    });
    request.on("error", fail).end();
  });
}

/**
 * @param {Partial<ServerOptions>} options
 * @param {(origin: string) => Promise<string[]>} work
 */
async function serving(options, work) {
  const server = await startServer({ mounts: { "/": path.join(folder, "site") }, ...options });
  try {
    return await work(server.origin);
  } finally {
    await server.close();
  }
}

/** @param {string} what @param {unknown} actual @param {unknown} expected @returns {string[]} */
const same = (what, actual, expected) =>
  JSON.stringify(actual) === JSON.stringify(expected) ? [] : [`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];

/** @type {import("./report.mjs").Test[]} */
const tests = [
  {
    name: "libtest: the share of what RustPython passes",
    run: async () => {
      const entry = (/** @type {number} */ ok, /** @type {[string, string][]} */ ...named) => ({ counts: { ok, xfail: 5, skip: 7 }, named: new Map(named) });
      const modules = new Map([
        ["test_a", entry(9, ["a.b", "fail"], ["a.c", "varies"])],
        ["test_b", entry(1, ["a.b", "error"])],
      ]);
      return [
        ...same("share", shareOf(entry(3, ["a", "trap"])), { passed: 3, wanted: 4 }),
        ...same("not imported", shareOf(entry(0, ["unittest.loader._FailedTest.test_c", "error"]), 12), { passed: 0, wanted: 12 }),
        ...same("methods", methodsIn("class A:\n    def test_a(self): pass\n    async def test_b(self): pass\n    def other(self): pass"), 2),
        ...same("sentences", (await barOf(modules, folder)).lines, [
          "bar: 10 of 12 tests that RustPython passes natively pass here, 83.3 %",
          "  below 85 %: test_b, 1 of 2",
        ]),
      ];
    },
  },
  {
    name: "libtest: a whole run below the bar fails, and a test that ends its kernel",
    run: async () => {
      const below = "84.0 % of the tests that RustPython passes natively pass here, 85 % are wanted";
      const bar = await barOf(new Map([["test_a", { counts: { ok: 84 }, named: new Map(Array.from({ length: 16 }, (_, i) => [`a.${i}`, "fail"])) }]]), folder);
      const trap = await barOf(new Map([["test_a", { counts: { ok: 99 }, named: new Map([["a.b", "trap"]]) }]]), folder);
      const nothing = await barOf(new Map(), folder);
      return [
        ...same("below", missed(bar, true), [below]),
        ...same("some modules", missed(bar, false), []),
        ...same("at the bar", missed({ passed: 85, wanted: 100, ended: [] }, true), []),
        ...same("nothing ran", missed(nothing, true), ["no test ran that RustPython passes natively"]),
        ...same("nothing of some", missed(nothing, false), []),
        ...[true, false].flatMap((whole) =>
          same(`trap, whole: ${whole}`, missed(trap, whole), ["a test that ends its kernel is a defect, also when it is in the list: a.b: trap"]),
        ),
      ];
    },
  },
  {
    name: "server: nothing outside its folder",
    run: () =>
      serving({}, async (origin) => {
        const problems = [];
        for (const target of ["/../secret.txt", "/%2e%2e/secret.txt", "/sub/..%2f..%2fsecret.txt", "/..%5csecret.txt", "/.hidden", "/%00", "/%zz"]) {
          const answer = await ask(origin, target);
          if (answer.status < 400 || answer.body.includes("secret")) problems.push(`${target} was answered with ${answer.status}`);
        }
        problems.push(...same("missing", (await ask(origin, "/none.js")).status, 404));
        problems.push(...same("method", (await ask(origin, "/a.wasm", {}, "POST")).status, 405));
        return problems;
      }),
  },
  {
    name: "server: types, compression, folders",
    run: () =>
      serving({}, async (origin) => {
        const packed = await ask(origin, "/a.wasm", { "accept-encoding": "gzip, br" });
        const plain = await ask(origin, "/a.wasm", { "accept-encoding": "gzip, br;q=0" });
        const moved = await ask(origin, "/sub?x=1");
        const head = await ask(origin, "/a.wasm", {}, "HEAD");
        return [
          ...same("packed", [packed.body, packed.headers["content-encoding"], packed.headers["content-type"]], ["packed", "br", "application/wasm"]),
          ...same("plain", [plain.body, plain.headers["content-encoding"] ?? null], ["plain bytes", null]),
          ...same("moved", [moved.status, moved.headers.location], [301, "/sub/?x=1"]),
          ...same("folder", (await ask(origin, "/sub/")).body, "<p>sub</p>"),
          ...same("head", [head.body, head.headers["content-length"]], ["", "11"]),
        ];
      }),
  },
  {
    name: "server: what the client has is not sent again",
    run: () =>
      serving({}, async (origin) => {
        const { headers } = await ask(origin, "/a.wasm");
        const again = await ask(origin, "/a.wasm", { "if-none-match": headers.etag ?? "" });
        const packed = await ask(origin, "/a.wasm", { "if-none-match": headers.etag ?? "", "accept-encoding": "br" });
        const since = await ask(origin, "/a.wasm", { "if-modified-since": headers["last-modified"] ?? "" });
        return same("statuses", [again.status, packed.status, since.status], [304, 200, 304]);
      }),
  },
  {
    name: "server: fails on request",
    run: () =>
      serving({ headers: { "x-all": "1" }, rules: [{ path: "/a.wasm", truncate: 5 }, { path: "/gone", status: 503, body: "later" }] }, async (origin) => {
        const cut = await ask(origin, "/a.wasm").then(() => "whole", () => "broken");
        const gone = await ask(origin, "/gone");
        return [...same("cut", cut, "broken"), ...same("gone", [gone.status, gone.body, gone.headers["x-all"]], [503, "later", "1"])];
      }),
  },
  {
    name: "case files: misspelt and empty ones are refused",
    async run() {
      const bad = [
        {}, [], null, { expects: {} }, { expect: { txt: {} } }, { expect: { text: { p: 3 } } }, { expect: { text: { p: "/(/" } } },
        { steps: [{ click: "#a", press: "Enter" }] }, { steps: [{ clik: "#a" }] }, { steps: [{ fill: ["#a"] }] },
        { expect: {}, wait: { selector: "#a", event: "x" } }, { expect: {}, timeout: "3" }, { expect: {}, serve: { rules: [{ status: 404 }] } },
      ];
      const good = [
        { expect: {} }, { wait: null, expect: { banner: ["/KR0001/"] } },
        { steps: [{ press: "Enter", on: "#a" }, { wait: { console: "log: x" } }], known_failure: "reason" },
      ];
      return [
        ...bad.filter((value) => checkCase(value).length === 0).map((value) => `accepted ${JSON.stringify(value)}`),
        ...good.flatMap((value) => checkCase(value)),
      ];
    },
  },
  {
    name: "patterns and differences",
    run: async () => [
      ...same("collapsed", toMatcher("a b")(" a \n b "), true),
      ...same("whole", toMatcher("a")("a b"), false),
      ...same("expression", [toMatcher("/^A/i")("ab"), toMatcher("/^b/")("ab")], [true, false]),
      ...same("diff", diff("a\nb\nc", "a\nx\nc"), "  a\n- b\n+ x\n  c"),
    ],
  },
];

process.exitCode = (await runAll("harness", tests, 1)) ? 0 : 1;
