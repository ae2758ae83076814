// Shows a gallery page's own source beside its program, and whether Python is still starting.
// The text is only ever set as text, so nothing in a source can become markup.

const TOKENS = new RegExp(
  [
    /(?<c>#[^\n]*)/,
    /(?<s>(?:\b[rbfRBF]{1,2})?(?:"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))/,
    /(?<d>@[\w.]+|(?<=\b(?:def|class)\s+)\w+)/,
    /(?<k>\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|True|False|None|match|case)\b)/,
    /(?<n>\b(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?j?)\b)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);

function dedent(text) {
  const lines = text.replace(/^\s*\n/, "").trimEnd().split("\n");
  const depth = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(depth)).join("\n");
}

function highlighted(python) {
  const parts = [];
  let end = 0;
  for (const match of python.matchAll(TOKENS)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = match[0];
    parts.push(python.slice(end, match.index), span);
    end = match.index + match[0].length;
  }
  parts.push(python.slice(end));
  return parts;
}

function button(label, pressed, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  if (pressed !== null) element.setAttribute("aria-pressed", String(pressed));
  element.addEventListener("click", () => action(element));
  return element;
}

async function showSource(panel) {
  const response = await fetch(location.pathname);
  if (!response.ok) throw new Error(`${location.pathname} answered ${response.status}`);
  const html = await response.text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const python = dedent(page.querySelector('script[type="py"]').textContent);

  const code = document.createElement("code");
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.setAttribute("role", "region");
  pre.setAttribute("aria-label", "Source code");
  pre.append(code);

  let text = python;
  const show = (chosen) => {
    text = chosen === pythonButton ? python : html;
    code.replaceChildren(...(text === python ? highlighted(python) : [html]));
    for (const each of [pythonButton, pageButton]) each.setAttribute("aria-pressed", String(each === chosen));
  };
  const pythonButton = button("Python", true, show);
  const pageButton = button("Whole page", false, show);
  const copyButton = button("Copy", null, async () => {
    let answer = "Copied";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without the clipboard (no permission, no https) a selection is the next best thing.
      getSelection().selectAllChildren(code);
      answer = "Selected";
    }
    copyButton.textContent = answer;
  });
  const head = document.createElement("div");
  head.className = "source-head";
  const title = document.createElement("h2");
  title.textContent = "Source";
  head.append(title, pythonButton, pageButton, copyButton);
  show(pythonButton);
  panel.replaceChildren(head, pre);
}

const root = document.documentElement;
root.dataset.python = "starting";
addEventListener("py:done", () => (root.dataset.python = "ready"));
addEventListener("py:all-done", () => (root.dataset.python = "ready"));

const panel = document.getElementById("source");
showSource(panel).catch((error) => (panel.textContent = `The source could not be shown: ${error.message}.`));
