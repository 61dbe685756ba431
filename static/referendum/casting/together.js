// All languages at once: under each text of the page the same in the others. What the page says in them is asked for when
// the voter first wants it, and the asking says nothing of the voter; what the ballot says in them is in its own record.

import { say } from "../../forum/kernel/words.js";

const plain = (text) => text.split(/\s+/).filter(Boolean).join(" ");
const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

/** A sentence with places for facts, as an expression that finds them again. */
const pattern = (text) => new RegExp(`^${escaped(text).replace(/\{(\w+)\}/g, "(?<$1>.+?)")}$`);

function spans(others) {
  return others.map(([language, text]) => {
    const made = document.createElement("span");
    made.className = "tongue";
    made.lang = language;
    made.textContent = text;
    return made;
  });
}

export class Together {
  #root;
  #url;
  #official;
  #texts = null;
  #patterns = [];
  #observer = new MutationObserver((changes) =>
    changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => this.#add(node))));

  constructor(root, url, official) {
    this.#root = root;
    this.#url = url;
    this.#official = official;
  }

  async #load() {
    const { languages, texts } = await (await fetch(this.#url, { credentials: "omit", referrerPolicy: "no-referrer" })).json();
    const own = languages.indexOf(document.documentElement.lang);
    this.#texts = new Map();
    for (const each of texts) {
      const others = languages.map((language, at) => [language, each[at]]).filter((_, at) => at !== own);
      if (/\{\w+\}/.test(each[own])) this.#patterns.push([pattern(each[own]), others]);
      else this.#texts.set(each[own], others);
    }
    for (const [text, others] of this.#official) this.#texts.set(plain(text), others);
  }

  #others(text) {
    const known = this.#texts.get(text);
    if (known) return known;
    for (const [expression, others] of this.#patterns) {
      const found = expression.exec(text);
      if (found) return others.map(([language, each]) => [language, say(each, found.groups)]);
    }
    return [];
  }

  #add(node) {
    if (!this.#root.contains(node) || (node.closest ? node : node.parentElement).closest(".tongue")) return;
    const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts = node.nodeType === Node.TEXT_NODE ? [node] : [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    for (const text of texts) {
      if (text.parentElement.closest(".tongue, .hide, script") || text.nextSibling?.className === "tongue") continue;
      text.after(...spans(this.#others(plain(text.data))));
    }
  }

  /** Answers whether it could be done. */
  async show() {
    try {
      if (!this.#texts) await this.#load();
    } catch {
      return false;
    }
    this.#add(this.#root);
    this.#observer.observe(this.#root, { childList: true, subtree: true });
    return true;
  }

  hide() {
    this.#observer.disconnect();
    this.#root.querySelectorAll(".tongue").forEach((span) => span.remove());
  }
}

/** Binds the switch of the page. `official`: see official.js. */
export function bindTogether(button, root, url, official) {
  const together = new Together(root, url, official);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const wanted = button.getAttribute("aria-pressed") === "false";
    if (wanted && !await together.show()) return; // the network is gone: the switch stays as it was
    if (!wanted) together.hide();
    button.setAttribute("aria-pressed", String(wanted));
  });
}
