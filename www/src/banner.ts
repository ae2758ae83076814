// The banner that shows a failure on the page.

// The browser's own: the page's patched one tells the kernel, which may be what has failed.
const attachShadow = typeof Element === "undefined" ? undefined : Element.prototype.attachShadow;

/** Shows a message at the end of the page, as text, until it is dismissed. The same message again only counts up. */
export function showError(message: string): void {
  for (const shown of document.querySelectorAll<HTMLElement>(".py-error")) {
    if (shown.textContent === message) {
      const count = Number(shown.dataset["count"] ?? "1") + 1;
      shown.dataset["count"] = String(count);
      const counter = shown.shadowRoot?.querySelector("span");
      if (counter) counter.textContent = ` (${count} times)`;
      return;
    }
  }
  const banner = document.createElement("div");
  banner.className = "py-error";
  banner.setAttribute("role", "alert");
  banner.textContent = message;
  Object.assign(banner.style, {
    display: "block",
    position: "relative",
    margin: "1rem 0",
    padding: "0.75rem 2.5rem 0.75rem 0.75rem",
    border: "2px solid #b00020",
    background: "#ffdddd",
    color: "#3b0000",
    font: "0.875rem/1.4 ui-monospace, 'Courier New', monospace",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    textAlign: "left",
  });
  // The button is in a shadow tree, so that the banner's text is the message and nothing else.
  const counter = document.createElement("span");
  const dismiss = document.createElement("button");
  dismiss.type = "button";
  dismiss.textContent = "\u00d7";
  dismiss.setAttribute("aria-label", "Dismiss this error");
  Object.assign(dismiss.style, {
    position: "absolute",
    top: "0.25rem",
    right: "0.25rem",
    width: "2rem",
    height: "2rem",
    border: "0",
    background: "none",
    color: "inherit",
    fontSize: "1.25rem",
    cursor: "pointer",
  });
  dismiss.addEventListener("click", () => banner.remove());
  attachShadow?.call(banner, { mode: "open" }).append(document.createElement("slot"), counter, dismiss);
  (document.body ?? document.documentElement).append(banner);
}
