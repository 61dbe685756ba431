// Makes the session's page live: one socket, the floor, the chat, the straw poll. Every form works without this file.

import "../kernel/shared.js";
import { connect } from "./connection.js";
import { Enquiries } from "./enquiries.js";
import { Floor } from "./floor.js";
import { Lines } from "./lines.js";
import { element, filled } from "./nodes.js";
import { Outbox } from "./outbox.js";
import { Polls } from "./polls.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const one = (name) => document.querySelector(`[data-${name}]`);
const typed = document.getElementById("msg");

const lines = new Lines(facts, words);
const outbox = new Outbox(facts.actor, facts.sitting);
const polls = new Polls(facts, words);
const enquiries = new Enquiries(facts, words);
let mine = facts.state.turn;
let asked = 0; // the floor's version when one asked: the stack of an older one cannot know it
let announcedPlace = 0;

// ---------- one's own place on the stack ----------

const come = (count) => count === 1 ? words.come_one : filled(words.come, { count });
const sayAloud = (text) => { const place = one("said"); if (place) place.textContent = text; };

/** One form takes the place of another, and the focus if that had it. */
const swap = (shown, gone) => {
  const held = gone.contains(document.activeElement);
  shown.hidden = false;
  gone.hidden = true;
  if (held) shown.querySelector("button").focus({ preventScroll: true });
};

const drawOwn = (stack, waiting) => {
  const place = stack.findIndex((each) => each.turn === mine) + 1;
  const speaking = floor.state.speaker?.turn === mine && mine !== null;
  const asking = one("ask"), back = one("back");
  if (!asking) return;
  if (mine !== null && !place && !speaking && stack.length === waiting && floor.state.version > asked) mine = null; // called and done, or taken off
  if (mine === null) swap(asking, back); else swap(back, asking);
  if (speaking) back.hidden = true;
  const minutes = Math.max(1, Math.round((waiting * floor.state.turn_seconds) / 60));
  one("wait").textContent = waiting ? filled(words.waiting, { count: waiting, minutes }) : words.free;
  const told = speaking ? words.floor : place === 1 ? words.next : place || waiting ? filled(words.place, { place: place || waiting }) : words.asked;
  one("place").textContent = told;
  if ((speaking || place === 1) && announcedPlace !== (speaking ? -1 : 1)) { sayAloud(told); if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200); }
  announcedPlace = speaking ? -1 : place;
};

const hostRow = (each) => {
  const act = (event, text, ...more) => element("form", { "data-event": event }, element("button", { class: "btn", name: "turn", value: each.turn }, text), ...more);
  const item = floor.entry(each);
  const why = element("input", { name: "reason", maxlength: 300, autocomplete: "off", "aria-label": words.reason_label, placeholder: words.reason });
  if (facts.state.runs) item.append(" ", act("next_speaker", words.call, " ", why), act("withdraw_request", words.off));
  return item;
};

/** Points of order that wait, above the stack; for the host with what to do about them. */
const pointRow = (each) => {
  const act = (event, text, key) => element("form", { "data-event": event }, element("button", { class: "btn", name: "point", value: each.point, "data-key": key }, `${text} `, element("kbd", {}, key)));
  const item = element("li", {}, element("b", {}, words.point), " ", element("span", {}, element("bdi", {}, each.name)));
  if (facts.state.runs) item.append(" ", act("take_point", words.take, "o"), act("dismiss_point", words.dismiss, "d"));
  return item;
};

const drawPoints = ({ points, point }) => {
  one("points").replaceChildren(...points.map(pointRow));
  if (one("point-end")) one("point-end").hidden = !point;
  const own = points.some((each) => each.member === facts.me);
  const ask = one("point-ask"), back = one("point-back");
  if (ask && own) swap(back, ask); else if (ask) swap(ask, back);
};

/** Slow mode, what was decided, and which arguments the turn under way has spoken. */
const drawNoted = ({ slow, slow_why: [ground, reason], decisions, speaker }) => {
  one("slow").hidden = !slow;
  one("slow").replaceChildren(...(slow ? [`${[filled(words.slow, { seconds: slow }), filled(words.slow_ground, { ground: words.grounds[ground] ?? "" }), reason].join(" ")} `, element("a", { href: facts.log }, words.why)] : []));
  one("decided").hidden = !decisions.length;
  one("decisions").replaceChildren(...decisions.map((each) => element("li", {}, each)));
  one("spoken").replaceChildren(...(speaker?.arguments ?? []).flatMap((each) => [element("a", { class: "argtag", href: `/a/${each.id}` }, element("span", {}, each.label)), " "]));
  one("tie").hidden = !(speaker && (facts.state.runs || speaker.member === facts.me));
  one("tie-turn").value = speaker?.turn ?? "";
};

const drawStack = (stack, waiting) => {
  one("whole").replaceChildren(...stack.map(hostRow));
  one("waiting").textContent = waiting;
  one("all").hidden = waiting <= 3 && !facts.state.runs;
  const { speaker, attendance } = floor.state;
  one("none").textContent = speaker ? `${words.free}.` : words.none;
  drawPoints(floor.state);
  drawNoted(floor.state);
  if (one("pause")) one("pause").firstChild.textContent = `${speaker?.paused ? words.go_on : words.pause} `;
  one("attendance").textContent = come(attendance);
  drawOwn(stack, waiting);
};

const floor = new Floor(words, drawStack);

// ---------- what comes in ----------

let gap = 0;
const receive = (list) => {
  const missing = lines.add(list);
  lines.advance();
  if (missing && !gap) gap = setTimeout(() => { gap = 0; link.catchUp(); }, 400); // one came before its elder: fetch what lies between
};

const showFloor = (state) => {
  if (state.state !== "open") { if (!leaving) location.reload(); return; } // closed: the page has another shape now
  if (floor.take(state)) for (const input of document.querySelectorAll("input[name=seen]")) input.value = state.acts; // forms that go the plain way say what is shown too
};

/** A line is shown again: its words come with the next catch-up. */
const showAgain = (number) => {
  lines.forget(number);
  facts.last = Math.min(facts.last, number - 1);
  link.catchUp();
};

let leaving = false; // a form that goes the plain way is on its way to another page

const connection = one("connection");
const link = connect(facts, {
  state: (name) => {
    connection.textContent = words[name] ?? words.lost;
    connection.classList.toggle("lost", ["lost", "cut", "out"].includes(name));
    connection.classList.toggle("live", name === "connected");
    if (name === "connected") flush();
  },
  snapshot: (answer, roundTrip) => {
    floor.synchronise(answer.floor.now, roundTrip);
    if (facts.state.speaks !== answer.speaks && answer.floor.state === "open" && !leaving) { location.reload(); return; } // stopped from writing, or let write again: the page has another foot now
    Object.assign(facts.state, { runs: answer.runs, speaks: answer.speaks });
    mine = answer.turn ?? (answer.floor.speaker?.turn === mine ? mine : null);
    showFloor(answer.floor);
    enquiries.draw(answer.asked);
    if (answer.poll || polls.poll?.open) polls.draw(answer.poll ?? answer.ended, answer.answered);
  },
  lines: receive,
  hidden: (numbers, upTo) => { const shown = lines.settle(new Set(numbers), upTo); if (shown) showAgain(shown); },
  events: {
    floor: showFloor,
    message: (line) => receive([line]),
    message_hidden: ({ number, hidden }) => {
      if (hidden) lines.hide(number);
      else showAgain(number);
    },
    poll: (poll) => polls.draw(poll),
    enquiry: (one_) => enquiries.take(one_),
    attendance: ({ attendance }) => { one("attendance").textContent = come(attendance); },
  },
});

// ---------- what goes out ----------

const refusal = one("refusal");
const refuse = (answer) => {
  refusal.hidden = !answer;
  refusal.replaceChildren(...(answer ? [element("p", {}, [answer.refused ?? words.failed, ...Object.values(answer.problems ?? {})].join(" "))] : []));
};

/** The next line answers this one, or none. */
const replyTo = (number) => {
  one("reply-to").value = number;
  one("replying").hidden = !number;
  one("replying").firstElementChild.textContent = number ? filled(words.answering, { number }) : "";
};

document.addEventListener("click", (event) => {
  const link_ = event.target.closest("a[data-reply]");
  if (!link_ || !typed) return;
  event.preventDefault();
  replyTo(link_.dataset.reply);
  typed.focus();
});

const flush = () => outbox.send(link.ask, {
  held: refuse, // slowed: it waits here and goes by itself
  sent: (line, answer) => { refuse(null); if (lines.have.has(answer.number)) lines.drop(line.key); else setTimeout(() => { if (!lines.have.has(answer.number)) link.catchUp(); }, 1500); },
  refused: (line, answer) => { lines.drop(line.key); refuse(answer); if (typed && !typed.value) { typed.value = line.text; outbox.draft = line.text; } },
});

const say = () => {
  const text = typed.value.trim();
  if (!text) return;
  lines.wait(outbox.add(text, one("reply-to").value));
  typed.value = "";
  replyTo("");
  outbox.draft = "";
  flush();
};

const AFTER = {
  ask_to_speak: (answer, form) => { if (form.dataset.for === "guest") { form.reset(); return; } mine = answer.turn; asked = floor.state.version; sayAloud(words.asked); drawStack(floor.state.stack, floor.state.waiting); },
  withdraw_request: (_answer, form, payload) => { if (!payload.turn) { mine = null; sayAloud(words.back); drawStack(floor.state.stack, floor.state.waiting); } },
  answer_poll: (_answer, _form, payload) => polls.draw(polls.poll ?? facts.state.poll, Number(payload.choice)),
  count_person: (answer, form) => { form.reset(); one("attendance").textContent = come(answer.attendance); },
  note_decision: (_answer, form) => form.reset(),
  tie_argument: (_answer, form) => { form.elements.argument.value = ""; },
  open_poll: (_answer, form) => { form.closest("details").open = false; },
};

document.addEventListener("submit", async (event) => {
  const form = event.target, name = form.dataset.event;
  if (!name || (!link.isOpen() && name !== "say")) { leaving = true; return; } // no socket: the form goes the plain way
  if (name === "say") { event.preventDefault(); say(); return; }
  event.preventDefault();
  const payload = Object.fromEntries(new FormData(form));
  if (event.submitter?.name) payload[event.submitter.name] = event.submitter.value; // browsers before 2023 leave the button out
  delete payload.csrf_token;
  if (facts.state.runs && floor.state) payload.seen = floor.state.acts; // what this host's page shows: a stale act is refused
  try {
    const answer = await link.ask(name, payload);
    refuse(answer.refused ? answer : null);
    if (answer.status === 409) link.catchUp(); // overtaken by the other host: show how it stands now
    if (answer.refused) return;
    AFTER[name]?.(answer, form, payload);
    if (form.contains(document.activeElement)) form.closest("[data-console]")?.focus({ preventScroll: true }); // out of the field: the host's keys work again
  } catch { refuse({ refused: words.failed }); }
});

/** To the way to hide the newest line; pressed again, that of the line before. */
const hideNext = (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const links = [...document.querySelectorAll('[data-lines] a[href$="/hide"]')];
  const here = links.indexOf(document.activeElement);
  (links[here - 1] ?? links.at(-1))?.focus();
  event.preventDefault();
};

// The host's keys work while the console or nothing has the focus, so that typing elsewhere never calls a speaker. A key
// presses its button; where something is to be written first it leads to the field, and where an act ends all it only leads.
document.addEventListener("keydown", (event) => {
  const console_ = one("console");
  if (console_ && event.key === "h" && event.target.matches("body, [data-console] *, [data-console], [data-lines] a") && !event.target.matches("input, textarea, select")) { hideNext(event); return; }
  if (!console_ || !(event.target === document.body || console_.contains(event.target))) return;
  if (event.key === "Escape" && console_.contains(event.target)) { console_.focus(); return; }
  if (event.target.matches("input, textarea, select") || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = CSS.escape(event.key.toLowerCase());
  const found = document.querySelector(`form:not([hidden]) [data-key="${key}"]`) ?? document.querySelector(`[data-focus="${key}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("button[data-key]")) { found.form.requestSubmit(found); return; }
  const folded = found.closest("details");
  if (folded) folded.open = true;
  found.focus();
});

// ---------- what was typed before ----------

if (typed) {
  typed.value ||= outbox.draft;
  typed.addEventListener("input", () => { outbox.draft = typed.value; });
}
outbox.waiting.forEach((line) => lines.wait(line));
polls.poll = facts.state.poll;
if (facts.state.ended) polls.draw(facts.state.ended);
floor.begin(facts.state.floor.now);
floor.take(facts.state.floor);
