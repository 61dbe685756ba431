// The floor: who speaks, the clock by the server's time, and the stack. The session's page and the wall both use it.

import { element, filled } from "./nodes.js";

const all = (name) => document.querySelectorAll(`[data-${name}]`);
const one = (name) => document.querySelector(`[data-${name}]`);
const LONG = 24, LONGER = 48;

/** The last part of a turn, in which the clock warns: half a minute, of a short turn a fifth. In milliseconds. */
const warning = (turn) => Math.min(30, turn / 5) * 1000;

export const readable = (milliseconds) => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

/** The state of the floor as last told, drawn into the page. `offset` is how far the server's clock is ahead of ours. */
export class Floor {
  constructor(words, drawEntry) {
    this.words = words;
    this.drawEntry = drawEntry;
    this.offset = 0;
    this.quickest = Infinity;
    this.state = null;
    setInterval(() => this.tick(), 250);
  }

  /** The page itself tells the time until the first answer does; how long it was under way nobody knows. */
  begin(serverNow) {
    this.offset = serverNow - Date.now();
  }

  /** The answer that came back fastest knows the time best. */
  synchronise(serverNow, roundTrip) {
    if (roundTrip > this.quickest) return;
    this.quickest = roundTrip;
    this.offset = serverNow + roundTrip / 2 - Date.now();
  }

  /** Take a new state; an older one than is shown is left aside. */
  take(state) {
    if (this.state && state.version < this.state.version) return false;
    this.state = state;
    this.draw();
    return true;
  }

  about(entry) {
    const { words } = this;
    const from = [entry.leads ? words.leadership : "", entry.local ? filled(words.local, { number: entry.local }) : "", entry.remote ? words.online : words.here];
    return [from.filter(Boolean).join(", "), one("option") ? "" : this.option(entry)].filter(Boolean).join(". ");
  }

  /** The option that is being discussed, with its title where the page has room for it. */
  option({ option }) {
    return option ? filled(this.words.option, { letter: option, title: this.words.titles?.[option] }) : "";
  }

  entry(each) {
    const note = [each.leads ? this.words.leadership : "", each.remote ? this.words.online : this.words.here, each.option, each.first ? this.words.first : ""].filter(Boolean).join(", ");
    return element("li", {}, element("b", {}, element("bdi", {}, each.name)), " ", element("span", {}, note));
  }

  draw() {
    const { speaker, stack, waiting } = this.state;
    const name = speaker?.name ?? this.words.nobody;
    for (const place of all("speaker")) {
      if (place.textContent !== name) place.replaceChildren(element("bdi", {}, name)); // said aloud only when it changes
      for (const long of ["floor-name", "wall-name"]) if (place.classList.contains(long)) {
        place.classList.toggle(`${long}-long`, name.length > LONG);
        place.classList.toggle(`${long}-longer`, name.length > LONGER);
      }
    }
    for (const place of all("from")) place.textContent = speaker ? this.about(speaker) : "";
    for (const place of all("option")) place.textContent = speaker ? this.option(speaker) : "";
    one("stack").replaceChildren(...stack.slice(0, 3).map((each) => this.entry(each)));
    const none = one("none");
    if (none) none.hidden = stack.length > 0;
    this.drawNotes(speaker);
    this.drawEntry?.(stack, waiting);
    this.tick();
  }

  /** A point of order, a speaker called out of order, and how long each option has had the floor. */
  drawNotes(speaker) {
    const { point, ledger } = this.state, { words } = this;
    for (const place of all("point")) {
      place.hidden = !point;
      place.replaceChildren(...(point ? [element("b", {}, words.point), " ", element("bdi", {}, point.name)] : []));
    }
    for (const place of all("override")) {
      place.hidden = !speaker?.out_of_order;
      place.textContent = speaker?.out_of_order ? `${words.override} ${speaker.reason}` : "";
    }
    for (const place of all("ledger")) place.textContent = ledger.map(({ option, seconds }) => `${option ?? words.whole} ${readable(seconds * 1000)}`).join(", ");
  }

  tick() {
    if (!this.state) return;
    const { point } = this.state;
    const speaker = point ?? this.state.speaker; // a point of order has a short clock of its own
    const turn = point ? (point.ends - point.started) / 1000 : this.state.turn_seconds;
    const left = speaker ? speaker.ends - (speaker.paused ?? Date.now() + this.offset) : turn * 1000;
    const text = readable(left);
    const over = Boolean(speaker) && left <= 0, soon = Boolean(speaker) && !over && left <= warning(turn);
    for (const place of all("left")) {
      if (place.textContent !== text) place.textContent = text;
      place.classList.toggle("over", over);
      place.classList.toggle("soon", soon);
    }
    const { words } = this, note = speaker?.paused ? words.paused : over ? words.over : soon ? words.soon : "";
    for (const place of all("clock-note")) if (place.textContent !== note) place.textContent = note; // said aloud only when it changes
    const share = Math.max(0, Math.min(100, left / (turn * 10)));
    one("bar").setAttribute("width", `${share.toFixed(1)}%`);
  }
}
