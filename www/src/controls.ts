// Controls with an event attribute are disabled until there is something to handle their events.

const PREFIXES = ["py-", "mpy-", "pyodide-", "micropython-"];
const disabled = new Set<Element & { disabled: boolean }>();

/** An XPath for elements with an event attribute. */
const HANDLED = `//*[@*[(${PREFIXES.map((prefix) => `starts-with(name(),'${prefix}')`).join(" or ")}) and name()!='py-env']]`;

/** Disables every control that has an event attribute and that its author did not disable. */
export function disableControls(): void {
  const found = document.evaluate(HANDLED, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
  for (let index = 0; index < found.snapshotLength; index += 1) {
    const element = found.snapshotItem(index);
    if (element && "disabled" in element && element.disabled === false) {
      const control = element as Element & { disabled: boolean };
      control.disabled = true;
      disabled.add(control);
    }
  }
}

/** Enables what `disableControls` disabled. */
export function releaseControls(): void {
  for (const control of disabled) control.disabled = false;
  disabled.clear();
}
