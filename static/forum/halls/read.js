// How far a member has read: sent once, when the last post of the page has been in view for a moment. Without script the button does it.

const form = document.querySelector("form[data-read]");
const post = form && document.getElementById(form.dataset.read);
const last = post?.closest("details") ?? post; // a folded post is never in view, its fold is

const send = async () => {
  const answer = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" }, keepalive: true,
  });
  if (answer.ok) form.hidden = true;
};

if (last) {
  let waiting = 0;
  const watch = new IntersectionObserver(([entry]) => {
    clearTimeout(waiting);
    if (!entry.isIntersecting) return;
    waiting = setTimeout(() => { watch.disconnect(); send().catch(() => {}); }, 1500); // no line: the button stays
  });
  watch.observe(last);
}
