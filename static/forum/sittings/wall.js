// Keeps the wall true without hands: follows the floor, and comes back by itself after a lost network or a restart.

// It asks for no lines of the chat, so its last number is higher than any.

import { connect } from "./connection.js";
import { Floor } from "./floor.js";

const facts = { last: 2 ** 31 - 1, comes: false, wall: true, ...JSON.parse(document.getElementById("facts").textContent) };
const words = JSON.parse(document.getElementById("words").textContent);
const floor = new Floor(words);
const opening = facts.state.floor.state;

const show = (state) => {
  if (state.state !== opening) { location.reload(); return; } // opened or closed: another page
  if (opening === "open") floor.take(state); // before and after, the page says so itself
};

connect(facts, {
  state: (name) => {
    document.querySelector("[data-connection]").textContent = words[name] ?? "";
    if (name === "cut" || name === "out") document.body.classList.add("wall-dark"); // signed out: at once nothing is shown any more
    if (name === "connected") document.body.classList.remove("wall-dark");
  },
  snapshot: (answer, roundTrip) => {
    floor.synchronise(answer.floor.now, roundTrip);
    show(answer.floor);
  },
  lines: () => {},
  events: { floor: show },
});

floor.begin(facts.state.floor.now);
if (opening === "open") floor.take(facts.state.floor);

/** A projector's laptop should not fall asleep; the browser forgets this whenever something else covers the wall. */
const stayAwake = () => { if (document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {}); };
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
