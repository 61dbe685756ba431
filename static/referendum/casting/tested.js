// A ballot that was opened for a test: what it held, and the file for whoever checks it elsewhere.

import { showNumbers } from "./receipt.js";
import { say } from "../../forum/kernel/words.js";

const FILE_NAME = "opened-ballot.json";

function entry(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = FILE_NAME;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export class Tested {
  #leaf;
  #words;
  #opened = null;

  constructor(leaf, words) {
    this.#leaf = leaf;
    this.#words = words;
    leaf.querySelector("[data-save-opened]").addEventListener("click", () => save(this.#opened.text));
    leaf.querySelector("[data-copy-opened]").addEventListener("click", () => this.#copy());
  }

  get isShown() { return Boolean(this.#opened); }

  /** `opened` is what crypto/seal.js answers when a pair is burned, `numbers` its seal numbers. */
  show(opened, numbers) {
    this.#opened = opened;
    const words = this.#words;
    for (const list of this.#leaf.querySelectorAll("[data-held]")) {
      const marks = opened.marks[list.dataset.held].map((mark) => mark ?? words.blank);
      list.replaceChildren(...(marks.length ? marks : [words.none]).map(entry));
    }
    this.#leaf.querySelector("[data-recomputed]").textContent = say(words.recomputed, { count: opened.count });
    this.#say("");
    showNumbers(this.#leaf, numbers);
  }

  empty() {
    this.#opened = null;
    this.#leaf.querySelectorAll("[data-held]").forEach((list) => list.replaceChildren());
  }

  #say(text) { this.#leaf.querySelector("[data-copied]").textContent = text; }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#opened.text);
      this.#say(this.#words.copied);
    } catch {
      this.#say(this.#words.copy_failed);
    }
  }
}
