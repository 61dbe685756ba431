// How far a member has read: sent when the last post of the page has been in view for a moment, and again for those that came in below since
// (newer.js tells of them). Without script the button does it.

const hall = document.querySelector("[data-hall]")?.dataset.hall;
const form = document.querySelector("form[data-read]");
let watch = null;

const send = async (post) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(`/halls/${hall}/read`, {
    method: "POST", body: new URLSearchParams({ csrf_token: token, number: post.id.slice(1) }), headers: { Accept: "application/json" }, keepalive: true,
  });
  if (answer.ok && form) form.hidden = true;
};

const follow = (post) => {
  watch?.disconnect();
  let waiting = 0;
  const own = new IntersectionObserver(([entry]) => {
    clearTimeout(waiting);
    if (!entry.isIntersecting) return;
    waiting = setTimeout(() => { own.disconnect(); send(post).catch(() => {}); }, 1500); // no line: the button stays
  });
  own.observe(post.closest("details") ?? post); // a folded post is never in view, its fold is
  watch = own;
};

const last = form && document.getElementById(form.dataset.read);
if (last) follow(last);
document.addEventListener("grown", (event) => follow(event.detail));
