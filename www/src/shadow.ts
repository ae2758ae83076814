// Open shadow roots, which no selector and no observer of the document sees.

type OnRoot = (root: ShadowRoot) => void;

const early: ShadowRoot[] = [];
let listener: OnRoot | undefined;

/** Begins to take note of open shadow roots. */
export function patchAttachShadow(): void {
  const native = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(this: Element, options: ShadowRootInit): ShadowRoot {
    const root = native.call(this, options);
    if (root.mode === "open") {
      if (listener) listener(root);
      else early.push(root);
    }
    return root;
  };
}

/** Calls `onRoot` with each root since the patch and each to come. */
export function watchShadowRoots(onRoot: OnRoot): void {
  listener = onRoot;
  for (const root of early.splice(0)) onRoot(root);
}
