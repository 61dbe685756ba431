// Reading one argument at a time, without loading the page anew. What was pressed stands in a queue until the server has it: the next card comes
// at once, and a lost connection loses nothing. Without script the same forms do it, one page a card.

import { parsed } from "../kernel/trusted.js";
import { say } from "../kernel/words.js";

const CALM = 500; // a second press so soon after a card came is a slip of the thumb, not a reading
const RETRY = 4000;
const MOST_HELD = 10;
const OFF = "keys-off";

const find = (name) => document.querySelector(`[data-${name}]`);
const [stage, form, undo, last, lost, count, told, done] = ["stage", "say", "undo", "last", "lost", "count", "told", "done"].map(find);
const token = document.querySelector('meta[name="csrf-token"]').content;

const cards = [...stage.children, ...find("more").content.children].map((each) => document.importNode(each, true));
const read = []; // cards read on this page with the words of the reading, the latest last
const queue = []; // acts that the server does not have yet: {id, value}; no value takes the reading back
let shownAt = performance.now();
let sending = false;
let left = cards.length; // no more is asked for once the server says that none is left

// ---------- what is shown ----------

const show = () => {
  const card = cards[0];
  stage.replaceChildren(...(card ? [card] : []));
  form.hidden = !card;
  done.hidden = Boolean(card) || left > 0;
  undo.hidden = !read.length;
  if (read.length) last.textContent = `${read.at(-1).card.dataset.label}: ${read.at(-1).said}`;
  shownAt = performance.now();
  scrollTo({ top: 0 });
  (card ? card.querySelector(".one-claim") : done.hidden ? lost : done).focus();
};

const figure = (number) => new Intl.NumberFormat(document.documentElement.lang).format(number);

const wait = (reason = "") => {
  lost.textContent = say(reason ? lost.dataset.held : lost.dataset.words, { count: queue.length, reason });
  lost.hidden = false;
};

// ---------- what is sent ----------

const take = (answer) => {
  left = answer.left;
  count.textContent = say(count.dataset.words, { read: figure(answer.read), left: figure(answer.left) });
  const held = new Set([...cards.map((each) => each.dataset.card), ...queue.map((each) => each.id)]);
  const fresh = answer.cards.map((text) => document.importNode(parsed(text).querySelector("[data-card]"), true));
  cards.push(...fresh.filter((each) => !held.has(each.dataset.card)));
  if (answer.refused) told.textContent = answer.refused;
  if (!stage.firstElementChild) show();
};

const post = ({ id, value }) => {
  const held = [...new Set([...cards.map((each) => each.dataset.card), ...queue.map((each) => each.id)])].slice(0, MOST_HELD);
  const fields = new URLSearchParams({ csrf_token: token, held: held.join(",") });
  if (value) fields.set("value", value);
  return fetch(value ? `/a/${id}/reading` : `/a/${id}/reading/back`, { method: "POST", body: fields, headers: { Accept: "application/json" }, keepalive: true });
};

const again = () => setTimeout(send, RETRY);

const send = async () => {
  if (sending || !queue.length) return;
  sending = true;
  try {
    while (queue.length) {
      const answer = await post(queue[0]);
      if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
      const said = await answer.json();
      if (!answer.ok) { wait(said.reason); again(); return; } // signed out, or the page is too old: it stays here, and the reason is said
      queue.shift();
      take(said);
    }
    lost.hidden = true;
    lost.textContent = "";
  } catch { // no line, or too quick: it stays, and goes by itself
    wait();
    again();
  } finally {
    sending = false;
  }
};

// ---------- what is pressed ----------

const answer = (button) => {
  const card = cards[0];
  if (!card || performance.now() - shownAt < CALM) return;
  cards.shift();
  card.querySelector("details").open = false;
  read.push({ card, said: button.dataset.said });
  told.textContent = `${card.dataset.label}: ${button.dataset.said}`;
  queue.push({ id: card.dataset.card, value: button.value });
  show();
  send();
};

const takeBack = () => {
  const latest = read.pop();
  if (!latest) return;
  const id = latest.card.dataset.card;
  const waiting = queue.at(-1);
  if (waiting?.id === id && waiting.value && !(sending && queue.length === 1)) queue.pop(); // it has not left yet
  else queue.push({ id });
  cards.unshift(latest.card);
  show();
  send();
};

form.addEventListener("submit", (event) => { event.preventDefault(); answer(event.submitter); });
undo.addEventListener("submit", (event) => { if (read.length) { event.preventDefault(); takeBack(); } }); // one from before this page: the plain form does it
addEventListener("online", send);
addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });

// ---------- keys ----------

const stored = (act) => { try { return act(localStorage); } catch { return null; } }; // storage may be forbidden
const tick = find("keys-on");
const mark = () => document.querySelectorAll(".one kbd").forEach((each) => { each.hidden = !tick.checked; });
tick.closest("label").hidden = false;
tick.checked = !stored((kept) => kept.getItem(OFF));
tick.addEventListener("change", () => { stored((kept) => tick.checked ? kept.removeItem(OFF) : kept.setItem(OFF, "1")); mark(); });
mark();

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !tick.checked || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const button = form.hidden ? null : form.querySelectorAll("button")[["1", "2", "3"].indexOf(event.key)];
  if (button) answer(button);
  else if (event.key === "u") undo.querySelector("button").click();
  else if (event.key === "g") stage.querySelector("summary")?.click();
  else return;
  event.preventDefault();
});

stage.replaceChildren(...(cards[0] ? [cards[0]] : []));
