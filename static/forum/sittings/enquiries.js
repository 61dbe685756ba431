// What members asked beforehand and the session has not taken up yet, in the console of whoever runs it.

import { element } from "./nodes.js";

const place = document.querySelector("[data-asked]");

export class Enquiries {
  constructor(facts, words) {
    this.facts = facts;
    this.words = words;
    this.waiting = facts.state.asked;
  }

  /** One that was asked, settled or hidden just now. */
  take(enquiry) {
    const others = this.waiting.filter((each) => each.enquiry !== enquiry.enquiry);
    this.draw(enquiry.waits ? [...others, enquiry].sort((a, b) => a.enquiry - b.enquiry) : others);
  }

  draw(waiting) {
    this.waiting = waiting;
    if (!place) return; // no console on this page
    place.hidden = !waiting.length;
    place.querySelector("[data-asked-count]").textContent = waiting.length;
    const list = place.querySelector("[data-asked-list]");
    const stay = new Set(waiting.map((each) => `asked-${each.enquiry}`));
    for (const item of [...list.children]) if (!stay.has(item.id)) item.remove(); // what stays is not moved, so that the focus stays too
    for (const each of waiting) if (!document.getElementById(`asked-${each.enquiry}`)) list.append(this.row(each));
  }

  row({ enquiry, name, text }) {
    const { facts, words } = this;
    return element("li", { id: `asked-${enquiry}` },
      element("b", {}, element("bdi", {}, name)), " ", element("span", {}, text), " ",
      element("form", { method: "post", "data-event": "take_up_enquiry" }, element("button", { class: "btn", name: "enquiry", value: enquiry }, words.taken_up)), " ",
      element("a", { href: `/sittings/${facts.sitting}/asked#asked-${enquiry}` }, words.answer_asked));
  }
}
