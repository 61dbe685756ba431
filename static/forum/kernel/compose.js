// What makes writing easier where JavaScript runs: formatting buttons, drafts kept on this device, a preview beside the text.
// Bound by data- attributes (templates/parts/forms.html); every form works without it.

import { parsed } from "./trusted.js";

const PREFIX = `draft:${document.body.dataset.actor ?? ""}:`; // a draft belongs to the member who typed it, not to the device

// ---------- formatting buttons: they insert Markdown, so what is sent is what is seen ----------

const wrap = (area, before, after, sample) => {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const words = value.slice(from, to) || sample;
  area.setRangeText(`${before}${words}${after}`, from, to, "end");
  area.setSelectionRange(from + before.length, from + before.length + words.length);
};

const prefixLines = (area, mark) => {
  const from = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const lines = area.value.slice(from, area.selectionEnd);
  const gap = from > 1 && area.value[from - 2] !== "\n" ? "\n" : ""; // Markdown wants an empty line before a list or a quotation
  area.setRangeText(gap + lines.split("\n").map((line) => mark + line).join("\n"), from, area.selectionEnd, "end");
};

const TOOLS = {
  bold: (area) => wrap(area, "**", "**", area.dataset.bold),
  quote: (area) => prefixLines(area, "> "),
  list: (area) => prefixLines(area, "- "),
  link: (area) => wrap(area, "[", "](https://)", area.dataset.link),
};

const bindTools = (box) => {
  const area = box.querySelector("textarea");
  const tools = box.querySelector("[data-tools]");
  if (!tools) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]");
    if (!tool) return;
    TOOLS[tool.dataset.tool](area);
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
};

// ---------- one sentence that may be long: its field grows, and has no second line ----------

const bindOneLine = (area) => {
  const note = area.closest(".field").querySelector("[data-left]");
  let due = 0;
  const settle = () => {
    const joined = area.value.replace(/\s*[\r\n]+\s*/g, " "); // pasted with line breaks
    if (joined !== area.value) area.value = joined;
    while (area.scrollHeight > area.clientHeight && area.rows < 8) area.rows += 1; // where a browser does not do it by itself
    clearTimeout(due);
    due = setTimeout(() => { note.textContent = note.dataset.left.replace("{left}", area.maxLength - area.value.length); }, 400); // told at a pause, not at every key
  };
  area.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
  area.addEventListener("input", settle);
  settle();
};

// ---------- preview ----------

const PAUSE = 1500; // once open it follows what is typed, at most forty times a minute: the door takes sixty

const bindPreview = (button) => {
  const area = document.getElementById(button.dataset.previewOf);
  const shown = button.closest("[data-compose]").querySelector("[data-preview]");
  let drawn = null; // the words that stand in the preview
  let due = 0;

  const draw = async () => {
    const words = area.value;
    const answer = await fetch(button.dataset.previewUrl, {
      method: "POST",
      headers: { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content },
      body: new URLSearchParams({ text: words }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = parsed(await answer.text());
    shown.replaceChildren(...(page.querySelector("[data-preview-body]") ?? page.body).childNodes);
    shown.hidden = false;
    drawn = words;
  };

  const follow = () => {
    if (shown.hidden || due) return;
    due = setTimeout(async () => {
      shown.removeAttribute("aria-live"); // said aloud when asked for, not at every pause
      const words = area.value;
      if (words !== drawn) await draw().catch(() => {}); // what stands there stays; the button says what is wrong
      due = 0;
      if (area.value !== words) follow();
    }, PAUSE);
  };

  area.addEventListener("input", follow);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.setAttribute("aria-busy", "true");
    try {
      await draw();
    } catch {
      button.form.requestSubmit(button); // the way without script: the server shows it in another tab
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
};

// ---------- drafts ----------

const read = (key) => {
  try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
};
const write = (key, draft) => {
  if ("forgotten" in document.body.dataset) return false; // the page of a shared machine on its way out
  try { localStorage.setItem(PREFIX + key, JSON.stringify(draft)); return true; } catch { return false; } // storage full or forbidden
};

const stored = () => {
  try { return Object.keys(localStorage); } catch { return []; }
};
const forget = (name) => {
  try { localStorage.removeItem(name); } catch { /* forbidden: nothing is in it */ }
};

const clock = (moment) => {
  const sameDay = new Date(moment).toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const style = sameDay ? time : { day: "numeric", month: "short", ...time };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(moment);
};

const KEPT = 'textarea[name], select[name], input[name]:not([type]), input[type="text"], input[type="url"], input[type="number"]';
const served = (control) => control.tagName === "SELECT"
  ? ([...control.options].find((option) => option.defaultSelected) ?? control.options[0])?.value ?? ""
  : control.defaultValue;

const bindDraft = (form) => {
  const key = form.dataset.draft;
  const note = form.querySelector("[data-draft-note]");
  const controls = [...form.querySelectorAll(KEPT)].filter((control) => !("noDraft" in control.dataset));
  const say = (words, moment) => { if (note) note.textContent = words.replace("{time}", clock(moment)); };

  const draft = read(key);
  const returned = document.querySelector("[data-errors]"); // the server gave back what was sent: newer than any draft
  const begun = Object.fromEntries(controls.map((control) => [control.name, served(control)]));
  const base = returned && draft ? draft.base : begun; // what was refused is mended on, not begun anew

  const keep = () => {
    if (!returned && controls.every((control) => control.value === served(control))) { forget(PREFIX + key); return; }
    const values = Object.fromEntries(controls.map((control) => [control.name, control.value]));
    const at = Date.now();
    if (write(key, { values, base, at }) && note) say(note.dataset.kept, at);
  };

  const restore = (draft) => {
    for (const control of controls) if (control.name in draft.values) control.value = draft.values[control.name];
    if (note) say(note.dataset.back, draft.at);
  };

  const holds = (values, side) => controls.every((control) => (values[control.name] ?? "") === side(control));
  const standing = (control) => control.value;
  const typed = !holds(begun, standing) && !(draft && holds(draft.values, standing)); // while this script was still on its way
  if (draft && !returned) {
    if (holds(draft.values, served)) forget(PREFIX + key);
    else if (holds(draft.base, served) && !typed) restore(draft);
    else if (note) { // the text was changed meanwhile, by somebody or just now: offer, never overwrite
      say(note.dataset.older, draft.at);
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: note.dataset.restore });
      button.addEventListener("click", () => { restore(draft); keep(); button.remove(); });
      note.after(button); // it stands while the note tells of what is typed
    }
  }
  let waiting = 0;
  const wait = () => { clearTimeout(waiting); waiting = setTimeout(keep, 400); };
  if (typed) wait();
  form.addEventListener("input", wait);
  form.addEventListener("kept", keep); // the server has it now: what stands on this device must not come back once it is posted from another
  addEventListener("pagehide", () => { if (waiting) keep(); });
  form.addEventListener("submit", () => { clearTimeout(waiting); keep(); waiting = 0; });
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: key })); // so that the server can say it arrived
};

// Sent without a connection, a form is answered by the browser's own page, and the words seem lost: say it here instead.
const bindConnection = (form) => {
  const note = form.querySelector("[data-draft-note]");
  let reached = false;
  if (note) form.addEventListener("submit", async (event) => {
    if (navigator.onLine || reached) return;
    event.preventDefault();
    reached = await fetch(location.href, { method: "HEAD", cache: "no-store" }).then(() => true, () => false); // a machine without the internet may reach a site in its own hall
    if (reached) form.requestSubmit(event.submitter);
    else note.textContent = note.dataset.lost;
  });
};

// At signing out the browser forgets what it kept; the page, which lives a moment longer, writes nothing again.
addEventListener("submit", (event) => { if (new URL(event.target.action).pathname === "/sign-out") document.body.dataset.forgotten = ""; });

// The server says what arrived; "*" at signing out takes every draft from a device that others may use.
for (const key of (document.body.dataset.draftClear ?? "").split(" ").filter(Boolean)) {
  if (key === "*") stored().filter((name) => name.startsWith("draft:")).forEach(forget);
  else forget(PREFIX + key);
}
document.querySelectorAll("[data-compose]").forEach(bindTools);
document.querySelectorAll("[data-one-line]").forEach(bindOneLine);
document.querySelectorAll("[data-preview-url]").forEach(bindPreview);
document.querySelectorAll("form[data-draft]").forEach(bindDraft);
document.querySelectorAll("form[data-draft]").forEach(bindConnection);

// What was refused: the list of what to mend has the focus, its links go to the fields, and the address stays as it is.
const errors = document.querySelector("[data-errors]");
for (const link of errors?.querySelectorAll('a[href^="#"]') ?? []) {
  const field = document.getElementById(link.hash.slice(1));
  if (!field) link.replaceWith(...link.childNodes); // a field that this page does not have any more
  else link.addEventListener("click", (event) => {
    event.preventDefault();
    field.focus();
    (field.closest(".field") ?? field).scrollIntoView({ block: "nearest" });
  });
}
errors?.focus();
