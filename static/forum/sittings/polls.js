// The straw poll above the chat: open with its answers, folded to one line once answered, totals when it is closed.
// On a phone it is one line with a button from the start, so that the chat keeps its room.

import { element, filled } from "./nodes.js";

const place = document.querySelector("[data-poll]");
const narrow = matchMedia("(max-width: 47.99rem)");

/** Whether the totals of a poll were put away here, which is remembered until the tab is closed. */
const putAway = ({ sitting, poll }, now = false) => {
  try {
    if (now) sessionStorage.setItem(`poll-away:${sitting}`, poll);
    return Number(sessionStorage.getItem(`poll-away:${sitting}`) ?? 0) >= poll;
  } catch { return false; }
};

/** A button of one poll, however often it is drawn. */
const identity = (button) => `${button.form?.elements.poll.value} ${button.textContent}`;

export class Polls {
  constructor(facts, words) {
    this.facts = facts;
    this.words = words;
    this.unfolded = 0; // the poll that was opened by hand
    narrow.addEventListener("change", () => { if (this.poll?.open) this.draw(this.poll, this.answered); });
  }

  question(poll) {
    return element("p", {}, element("b", {}, this.words.poll), ` ${poll.text} `, element("span", { class: "quiet" }, this.words.advice));
  }

  button(event, poll, name, value, text, kind = "btn") {
    const form = element("form", { "data-event": event }, element("input", { type: "hidden", name: "poll", value: poll.poll }), element("button", { class: kind, ...(name ? { name, value } : {}) }, text));
    return form;
  }

  /** Puts these parts in the place of what was there. The focus stays: on the same button, on one that answers nothing, or on the chat below. */
  put(...parts) {
    const was = document.activeElement;
    const held = place.contains(was);
    place.replaceChildren(...parts);
    if (!held) return;
    const same = [...place.querySelectorAll("button")].find((each) => identity(each) === identity(was));
    (same ?? place.querySelector("button[type=button]") ?? document.querySelector("[data-scroll]")).focus({ preventScroll: true });
  }

  draw(poll, answered = null) {
    this.poll = poll;
    this.answered = answered;
    if (!poll) { this.put(); return; }
    if (!poll.open) { this.drawEnd(poll); return; }
    const close = this.facts.state.runs ? this.button("close_poll", poll, "", "", this.words.close_poll, "btn btn-quiet") : null;
    if (answered !== null && answered !== undefined) {
      const change = element("button", { class: "btn btn-quiet", type: "button" }, this.words.change);
      change.addEventListener("click", () => this.unfold(poll));
      this.put(element("div", { class: "poll poll-answered" }, element("p", {}, filled(this.words.answered, { answer: poll.choices[answered] })), change, close));
      return;
    }
    if (narrow.matches && this.facts.state.answers && this.unfolded !== poll.poll) {
      const open = element("button", { class: "btn", type: "button", "aria-expanded": "false" }, this.words.answer);
      open.addEventListener("click", () => this.unfold(poll));
      this.put(element("div", { class: `poll poll-folded${close ? " poll-run" : ""}` }, this.question(poll), open, close));
      return;
    }
    const form = element("form", { class: "poll-acts", "data-event": "answer_poll" }, element("input", { type: "hidden", name: "poll", value: poll.poll }), ...poll.choices.map((choice, number) => element("button", { class: "btn", name: "choice", value: number }, choice)));
    this.put(element("div", { class: "poll" }, this.question(poll), this.facts.state.answers ? form : null, close));
  }

  unfold(poll) {
    this.unfolded = poll.poll;
    this.draw(poll);
    place.querySelector(".poll-acts button").focus();
  }

  /** The totals, until this reader puts them away. */
  drawEnd(poll) {
    if (putAway(poll)) { this.put(); return; }
    const away = element("button", { class: "btn btn-quiet", type: "button" }, this.words.fold);
    away.addEventListener("click", () => { putAway(poll, true); this.put(); });
    const totals = poll.choices.map((choice, number) => `${choice}: ${poll.totals[number]}`).join(", ");
    this.put(element("div", { class: "poll poll-ended" }, element("div", {}, this.question(poll), element("p", {}, element("b", {}, totals))), away));
  }
}
