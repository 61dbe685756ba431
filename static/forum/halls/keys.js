// Keys of a thread, and quoting what is selected. "?" shows the sheet. No key works while one types, nor together with Ctrl, Alt or Meta.

const sheet = document.querySelector("[data-keys]");
const form = document.querySelector("form[data-keep]");
const area = form?.querySelector("textarea");

const all = () => [...document.querySelectorAll("#posts .post, #posts .tomb")].filter((each) => each.checkVisibility?.() ?? true);
let here = null; // the post one came to by j or k

const go = (step) => {
  const posts = all();
  const at = here && posts.includes(here) ? posts.indexOf(here) : posts.findIndex((each) => each.getBoundingClientRect().bottom > 8) - (step > 0 ? 1 : 0);
  const next = posts[Math.min(Math.max(at + step, 0), posts.length - 1)];
  if (!next) return;
  here = next;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
};

const current = () => document.activeElement?.closest?.("#posts .post") ?? here;
const press = (selector, inside = document) => inside?.querySelector(selector)?.click();

// ---------- quoting what is selected ----------

const selected = (post) => {
  const chosen = getSelection();
  const body = post?.querySelector(".post-body");
  return body && chosen && !chosen.isCollapsed && body.contains(chosen.anchorNode) && body.contains(chosen.focusNode) ? chosen.toString().trim() : "";
};

const quote = (post, words) => {
  const head = form.dataset.quote.replace("{name}", post.querySelector(".post-head b").textContent.trim()).replace("{number}", post.id.slice(1));
  const lines = words.split("\n").map((each) => `> ${each}`.trimEnd()).join("\n");
  area.setRangeText(`${area.value && !area.value.endsWith("\n\n") ? "\n\n" : ""}${head}\n\n${lines}\n\n`, area.value.length, area.value.length, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

document.getElementById("posts")?.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quotes]");
  const post = link?.closest(".post");
  const words = area && link ? selected(post) : "";
  if (!words) return;
  event.preventDefault();
  quote(post, words);
});

// ---------- keys ----------

const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  u: () => press("[data-first-unread]"),
  n: () => press("[data-newer]:not([hidden]) a"),
  r: () => { const post = current(); if (post) press("[data-replies]", post); else area?.focus(); },
  q: () => { const post = getSelection()?.anchorNode?.parentElement?.closest("#posts .post") ?? current(); press("[data-quotes]", post); },
  "/": () => press("[data-search]"),
  "?": () => sheet.showModal(),
};

// Whoever speaks to the machine, or presses keys by mistake, turns them off; the button still shows the sheet.
const OFF = "keys-off";
const stored = (act) => { try { return act(localStorage); } catch { return null; } }; // storage may be forbidden
const tick = sheet?.querySelector("[data-keys-on]");
if (tick) {
  tick.checked = !stored((kept) => kept.getItem(OFF));
  tick.addEventListener("change", () => stored((kept) => tick.checked ? kept.removeItem(OFF) : kept.setItem(OFF, "1")));
}

if (sheet) addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || sheet.open || !tick.checked) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.querySelector("[data-show-keys]")?.addEventListener("click", () => sheet.showModal());
