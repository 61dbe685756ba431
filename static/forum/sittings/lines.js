// The chat as the page shows it: sorted by the number the database gave, each line once, words as nodes.

import { element, filled, grown } from "./nodes.js";

const LOOKED_BACK = 1000; // as far back the server tells which lines are hidden
const list = document.querySelector("[data-lines]");
const scroll = document.querySelector("[data-scroll]");
const empty = document.querySelector("[data-empty]");

const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;

export class Lines {
  constructor(facts, words) {
    this.facts = facts;
    this.words = words;
    this.have = new Set([...list.querySelectorAll("[data-number]")].map((line) => Number(line.dataset.number)));
    this.toEnd();
    this.atEnd = true;
    scroll.addEventListener("scroll", () => { this.atEnd = isAtEnd(); });
    const held = new ResizeObserver(() => { // a poll or a point of order took room: the last line stays in view
      if (!this.atEnd) return;
      this.toEnd();
      if (!facts.state.runs) scrollTo(0, document.documentElement.scrollHeight); // on a small phone the page is then longer than the screen
    });
    for (const each of [scroll, document.body]) held.observe(each);
  }

  /** Put lines where their numbers say. Gives whether a number before them is missing. */
  add(lines) {
    const atEnd = isAtEnd();
    for (const line of lines) {
      if (line.key && line.author === this.facts.me) this.pending(line.key)?.remove();
      if (this.have.has(line.number)) continue;
      this.have.add(line.number);
      this.mark(line);
      const later = [...list.querySelectorAll("[data-number]")].reverse().filter((other) => Number(other.dataset.number) > line.number).pop();
      list.insertBefore(this.draw(line), later ?? list.querySelector(".sending"));
    }
    empty.hidden = list.children.length > 0;
    if (atEnd) this.toEnd();
    return lines.some((line) => line.number > this.facts.last + 1);
  }

  /** Everything up to here is known, as far as nothing is missing. */
  advance() {
    while (this.have.has(this.facts.last + 1)) this.facts.last += 1;
  }

  draw(line) {
    const item = element("li", { id: `m${line.number}`, "data-number": line.number });
    if (line.kind === "record" || line.arguments.length) item.classList.add("rec");
    else if (line.author === this.facts.me) item.classList.add("mine");
    this.fill(item, line);
    return item;
  }

  fill(item, line) {
    const { words, facts } = this;
    const time = element("time", { datetime: new Date(line.at).toISOString() }, new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: facts.zone }).format(line.at));
    item.toggleAttribute("data-hidden", line.hidden);
    if (line.hidden) {
      const why = element("a", { href: `/sittings/${facts.sitting}/transcript?after=${Math.max(0, line.number - 10)}#m${line.number}` }, words.why);
      item.replaceChildren(element("p", { class: "line-head" }, element("b", {}, filled(words.hidden, { number: line.number })), " ", why));
      return;
    }
    const marks = line.arguments.map((each) => element("a", { class: "argtag", href: `/a/${each.id}` }, element("span", {}, each.label)));
    const who = line.kind === "record" ? words.recorded : line.author === facts.me ? words.you : line.name;
    const office = { officer: words.leadership, host: words.host }[line.office];
    const record = line.kind === "chat" && facts.state.speaks ? element("a", { class: "line-act", href: `/q/${facts.question}/arguments/new?origin=message:${line.id}` }, words.record) : null;
    const chat = line.kind === "chat";
    const answer = chat && facts.state.speaks ? element("a", { class: "line-act", "data-reply": line.number, href: `?reply=${line.number}#msg` }, words.answer) : null;
    const judge = chat && line.author !== facts.me ? element("a", { class: "line-act", href: `/moderation/message/${line.id}/${facts.state.runs ? "hide" : "report"}` }, facts.state.runs ? words.hide : words.report) : null;
    const reply = line.reply_to ? element("p", { class: "line-reply" }, element("a", { href: `#m${line.reply_to}` }, filled(chat ? words.answers : words.from_line, { number: line.reply_to }))) : null;
    const local = facts.national && line.local ? element("span", {}, filled(words.local, { number: line.local })) : null;
    item.replaceChildren(
      element("p", { class: "line-head" }, element("b", {}, element("bdi", {}, who)), office ? element("span", { class: line.office === "officer" ? "flag flag-solid" : "flag" }, office) : null, local, time, answer || judge || record ? element("span", { class: "line-acts" }, answer, judge, record) : null),
      ...(reply ? [reply] : []),
      element("div", { class: "line-body" }, ...grown(line.body)),
      ...(marks.length ? [element("p", { class: "line-rec" }, ...marks, " ", words.on_record)] : []),
    );
  }

  /** The line from which an argument was just put on the record says so too. */
  mark({ kind, reply_to, arguments: [argument] }) {
    const item = kind === "record" && document.getElementById(`m${reply_to}`);
    if (!item || !argument || item.querySelector(`.line-rec a[href="/a/${argument.id}"]`)) return;
    item.classList.add("rec");
    item.append(element("p", { class: "line-rec" }, element("a", { class: "argtag", href: `/a/${argument.id}` }, element("span", {}, argument.label)), " ", this.words.on_record));
  }

  /** What was hidden while this page had no network loses its words. Gives the oldest line that is shown again. */
  settle(hidden, upTo) {
    const here = [...list.querySelectorAll("[data-number]")].map((item) => [Number(item.dataset.number), item]);
    for (const [number] of here) if (hidden.has(number)) this.hide(number);
    return here.find(([number, item]) => number <= upTo && number > upTo - LOOKED_BACK && "hidden" in item.dataset && !hidden.has(number))?.[0];
  }

  /** A line that was hidden. */
  hide(number) {
    const item = document.getElementById(`m${number}`);
    if (item && !("hidden" in item.dataset)) this.fill(item, { number, hidden: true, at: Date.now() });
  }

  forget(number) {
    this.have.delete(number);
    document.getElementById(`m${number}`)?.remove();
  }

  pending(key) {
    return list.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  /** A line of one's own that has not arrived yet. */
  wait({ key, text }) {
    if (this.pending(key)) return;
    list.append(element("li", { class: "sending", "data-key": key }, element("p", { class: "line-head" }, element("b", {}, this.words.you), " ", element("span", {}, this.words.unsent)), element("p", {}, text)));
    empty.hidden = true;
    this.toEnd();
  }

  drop(key) {
    this.pending(key)?.remove();
  }

  toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
  }
}
