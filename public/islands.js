// Wakes the islands of a page, outermost first. A page without islands does not load this.

import start, * as browser from "/pkg/browser.js";

// An island is exported as its name and a number, which two compilers may count differently.
const nameOf = (id) => id.replace(/_\d+$/, "");

const wakers = new Map(Object.entries(browser).map(([id, wake]) => [nameOf(id), wake]));

await start({ module_or_path: "/pkg/browser.wasm" });

for (const island of document.querySelectorAll("leptos-island")) {
  // An island within another's children lives in the reactive owner of the outer one.
  island.parentElement.closest("leptos-children")?.$$on_hydrate?.();
  wakers.get(nameOf(island.dataset.component))(island);
}
