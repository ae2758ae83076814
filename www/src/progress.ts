// `py:progress` events.

/**
 * Dispatches `py:progress`. `detail` is a plain string, as listeners written for PyScript expect; `stage`, `loaded` and
 * `total` are properties of the event itself, as those of a `ProgressEvent` are.
 */
export function progress(stage: string, text: string, loaded = 0, total = 0): void {
  const types = document.querySelector('script[type="mpy"],mpy-script,mpy-config') ? ["py", "mpy"] : ["py"];
  for (const type of types) {
    const event = new CustomEvent<string>(`${type}:progress`, { detail: text });
    window.dispatchEvent(Object.assign(event, { stage, loaded, total }));
  }
}
