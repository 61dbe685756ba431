// New posts while one reads: the socket tells a number, a quiet line offers them, and they are added below, so that nothing that is being read moves.
// At the end of the thread they come by themselves. After a lost line the room's own number says what was missed.

import { io } from "../../vendor/socket.io.esm.min.js";
import { parsed } from "../kernel/trusted.js";

const MOST = 20; // as many as one answer carries; more are a page of their own
const SOONEST = 5000, LATEST = 60000; // after a failure it is tried again by itself, each time after twice as long
const posts = document.querySelector("[data-hall]");
const line = document.querySelector("[data-newer]");
const link = line?.querySelector("a");
const facts = posts && { hall: Number(posts.dataset.hall), last: Number(posts.dataset.last), end: "end" in posts.dataset };
let newest = facts?.last ?? 0;
let atEnd = false;
let fetching = false;
let pause = 0; // how long the last failure makes it rest; 0 while all is well
let resting = false;

const offer = () => {
  const count = newest - facts.last;
  line.hidden = count <= 0;
  link.textContent = count === 1 ? line.dataset.one : line.dataset.many.replace("{count}", count);
  link.href = `/halls/${facts.hall}/posts/${facts.last + 1}`;
  if (count > 0 && atEnd && !resting && !document.activeElement?.closest("form")) add();
};

const add = async () => {
  if (fetching || !facts.end || newest - facts.last > MOST) return false;
  fetching = true;
  let added = false;
  try {
    const answer = await fetch(`/halls/${facts.hall}/newer?after=${facts.last}`);
    if (!answer.ok) return false;
    const found = [...parsed(await answer.text()).querySelectorAll("[data-posts] > *")];
    posts.append(...found.map((each) => document.adoptNode(each)));
    facts.last = Math.max(facts.last, ...[...posts.querySelectorAll("[id^=p]")].map((each) => Number(each.id.slice(1)) || 0));
    added = found.length > 0; // none: it was another page, such as the one to sign in
    if (added) document.dispatchEvent(new CustomEvent("grown", { detail: document.getElementById(`p${facts.last}`) }));
    return added;
  } catch {
    return false; // no line: the offer stays, and leads to the page
  } finally {
    fetching = false;
    pause = added ? 0 : Math.min(Math.max(2 * pause, SOONEST), LATEST);
    resting = pause > 0;
    if (resting) setTimeout(() => { resting = false; offer(); }, pause);
    offer();
  }
};

/** The line that was pressed is gone: the focus goes on to what it brought. */
const goTo = (post) => {
  if (!post) return;
  post.tabIndex = -1;
  post.focus({ preventScroll: true });
  post.scrollIntoView({ block: "nearest" });
};

const hear = (number) => {
  if (number > newest) { newest = number; offer(); }
};

if (posts && line) {
  const socket = io({ auth: { token: document.querySelector('meta[name="csrf-token"]').content }, reconnectionDelay: 1000, reconnectionDelayMax: 30000 });
  socket.on("connect", () => socket.emit("join", { room: `hall:${facts.hall}` }, (answer) => {
    if (answer?.refused) socket.disconnect();
    else hear(answer.last);
  }));
  socket.on("disconnect", (reason) => { // cut: it comes back with whatever rights its member has now, and the room says whether it may
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000);
  });
  socket.on("post", (told) => told.hall === facts.hall && hear(told.number));
  link.addEventListener("click", async (event) => {
    if (!facts.end || newest - facts.last > MOST || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (fetching) return; // tapped twice, or they were on their way already
    const first = facts.last + 1;
    if (await add()) goTo(document.getElementById(`p${first}`));
    else location.assign(link.href);
  });
  new IntersectionObserver(([entry]) => { atEnd = entry.isIntersecting; if (atEnd) offer(); }).observe(document.querySelector("[data-thread-end]"));
}
