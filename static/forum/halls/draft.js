// The draft of a post on the server, for whichever device comes next: kept quietly while one types. The device keeps its own too (kernel/compose.js);
// what the server has becomes the field's default, so that the two never argue. Without script a button keeps it.

const form = document.querySelector("form[data-keep]");
const area = form?.querySelector("textarea");
const note = form?.querySelector("[data-draft-note]");

let waiting = 0;
let sending = null;
let posted = false;

const clock = () => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(Date.now());

const keep = async () => {
  const { value } = area;
  if (posted || value === area.defaultValue) return;
  sending?.abort();
  sending = new AbortController();
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, source: value });
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body, headers: { Accept: "application/json" }, signal: sending.signal, keepalive: true });
    if (!answer.ok || posted) return; // refused or no line: the device has it, and the next key tries again
    area.defaultValue = value;
    form.dispatchEvent(new Event("kept"));
    if (area.value === value && note) note.textContent = form.dataset.kept.replace("{time}", clock());
  } catch { /* the same */ }
};

const soon = (done) => Promise.race([done, new Promise((go) => setTimeout(go, 2000))]); // a slow line holds nobody up

if (form) {
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 1500); });
  addEventListener("submit", (event) => { // of the whole page, so that whoever holds the form back for want of a line has spoken
    if (event.target !== form || event.defaultPrevented || event.submitter?.dataset.previewUrl) return;
    posted = true;
    clearTimeout(waiting);
    sending?.abort();
  });
  addEventListener("submit", async (event) => { // signing out waits for the draft, not for long: afterwards nobody may keep it
    if (new URL(event.target.action).pathname !== "/sign-out" || area.value === area.defaultValue) return;
    event.preventDefault();
    clearTimeout(waiting);
    await soon(keep());
    event.target.submit();
  });
  addEventListener("click", async (event) => { // the server puts a quotation below the draft: it must have the draft first
    const link = event.target.closest("[data-quotes], [data-replies]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || area.value === area.defaultValue) return;
    event.preventDefault();
    clearTimeout(waiting);
    await soon(keep());
    location.assign(link.href);
  });
  addEventListener("pagehide", () => { if (waiting) keep(); });
}
