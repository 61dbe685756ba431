// The board was looked at: said to the server once it has been in view for a moment, so that next time it can say what has changed.
// Without script the button says it.

const form = document.querySelector("form[data-look]");
const SEEN = 1500;

const send = () => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  fetch(form.dataset.look, { method: "POST", body: new URLSearchParams({ csrf_token: token }), keepalive: true, redirect: "manual" }).catch(() => {}); // no line: next time
};

const wait = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", wait);
  setTimeout(send, SEEN);
};

if (form) {
  form.hidden = !("changed" in form.dataset); // nothing to show as seen
  document.addEventListener("visibilitychange", wait);
  wait();
}
