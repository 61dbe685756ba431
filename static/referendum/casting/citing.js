// Step two: arguments of the voter's side under "moved me", the others under "weighed with me too". Never more than the ballot has room for.

import { mostCitations, onMySide } from "./marks.js";
import { say } from "../../forum/kernel/words.js";

export class Citing {
  #form;
  #facts;
  #words;
  #groups = new Map();
  #sides = "";

  constructor(form, facts, words) {
    this.#form = form;
    this.#facts = facts;
    this.#words = words;
    form.querySelectorAll("[data-group]").forEach((group) => this.#groups.set(group.dataset.group, group));
    form.addEventListener("change", () => this.#count());
  }

  #boxes() { return [...this.#form.querySelectorAll("[name=cite]")]; }

  /** Sorts the arguments for the letters chosen (none: a blank vote); answers whether marks had to be taken back. */
  arrange(letters) {
    const sides = letters.join();
    const marked = this.#boxes().filter((box) => box.checked);
    const cleared = this.#sides !== sides && marked.length > 0;
    if (cleared) marked.forEach((box) => { box.checked = false; });
    this.#sides = sides;
    this.#form.querySelectorAll("[data-argument]").forEach((label) => {
      const mine = !letters.length || onMySide(this.#facts.digest[Number(label.dataset.argument)], letters);
      this.#groups.get(mine ? "moved" : "weighed").append(label);
    });
    const others = this.#groups.get("weighed").children.length;
    const asked = this.#facts.weighed_asked;
    this.#form.querySelector("[data-other]").hidden = !asked || !others;
    this.#form.querySelector("[data-weighed-summary]").textContent = say(this.#words.weighed, { count: others });
    this.#form.querySelector("[data-moved-legend]").textContent =
      letters.length ? this.#words.moved : this.#words.moved_any;
    this.#count();
    return cleared;
  }

  #count() {
    const most = mostCitations(this.#facts);
    const boxes = this.#boxes();
    const count = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => { box.disabled = count >= most && !box.checked; });
    this.#form.querySelector("[data-count]").textContent =
      say(count >= most ? this.#words.full : this.#words.count, { count, most });
  }

  /** The marks: a map from a place in the digest to "moved" or "weighed". */
  get marks() {
    return new Map(this.#boxes().filter((box) => box.checked)
      .map((box) => [Number(box.value), box.closest("[data-group]").dataset.group]));
  }

  get before() { return this.#form.elements.before.value; }

  /** Copies of the brass checks of what is marked in one group, for the slip. */
  tags(group) {
    return this.#boxes().filter((box) => box.checked && box.closest("[data-group]").dataset.group === group)
      .map((box) => box.closest("[data-argument]").querySelector(".argtag").cloneNode(true));
  }

  /** The words of the answer to "before the debate", for the slip. */
  get beforeWords() {
    const label = this.#form.querySelector("[name=before]:checked").closest("label").querySelector("span");
    return label.firstChild.data; // and not what stands below it in other languages
  }
}
