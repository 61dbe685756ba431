// One leaf of the ballot at a time. The browser's own back and forward go through the leaves as well.

const heads = (leaf) => leaf.querySelector("h1");

export class Leaves {
  #leaves = new Map();
  #onShow;
  current = null;

  constructor(root, onShow) {
    root.querySelectorAll("[data-leaf]").forEach((leaf) => this.#leaves.set(leaf.dataset.leaf, leaf));
    this.#onShow = onShow;
    addEventListener("popstate", ({ state }) => { if (state?.leaf) this.#turn(state.leaf, true); });
  }

  #turn(name, focus) {
    const allowed = this.#onShow(name);
    this.current = allowed;
    this.#leaves.forEach((leaf, each) => { leaf.hidden = each !== allowed; });
    if (!focus) return;
    const head = heads(this.#leaves.get(allowed));
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** The first leaf of a fresh booth; also after a reload. */
  begin(name) {
    history.replaceState({ leaf: name }, "");
    this.#turn(name, false);
  }

  go(name) {
    history.pushState({ leaf: name }, "");
    this.#turn(name, true);
  }

  /** Goes on without leaving the present leaf behind in the history. */
  replace(name) {
    history.replaceState({ leaf: name }, "");
    this.#turn(name, true);
  }

  /** Takes leaves out of the document with everything marked on them. */
  remove(names) {
    for (const name of names) {
      this.#leaves.get(name)?.remove();
      this.#leaves.delete(name);
    }
  }

  has(name) { return this.#leaves.has(name); }
}
