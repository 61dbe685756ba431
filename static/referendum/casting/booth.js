// The booth: choose, cite, check and cast (templates/referendum/casting/booth.html). What is marked and the voting code
// live in this page's memory and nowhere else; after casting, and on leaving, the memory is emptied.

import { readElection } from "../crypto/ballot.js";
import { normaliseCode } from "../crypto/credentials.js";
import { lacking } from "../crypto/readiness.js";
import { Citing } from "./citing.js";
import { complaint, takeFromAddress } from "./code.js";
import { Leaves } from "./leaves.js";
import { citationChoices, factsAgree, voteChoices } from "./marks.js";
import { officialTexts } from "./official.js";
import { showNumbers, showTrackers } from "./receipt.js";
import { Sealing } from "./sealing.js";
import { send } from "./sending.js";
import { showSlip } from "./slip.js";
import { Tested } from "./tested.js";
import { bindTogether } from "./together.js";
import { say } from "../../forum/kernel/words.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);

const MARKING = ["choose", "cite", "check"];
const TOLD_AT = { code: "f-code-e", vote: "f-vote-e" }; // a field of step one, and where its fault is told

class Booth {
  facts = read("booth-facts");
  words = read("booth-words");
  sealing = new Sealing();
  stage = "marking"; // then sending, and refused, unsure or done: a leaf each, and no other can be reached
  code = null;
  choices = null;
  numbers = null; // of the pair that is sealed and neither signed nor opened
  signed = null; // the pair that was sent, for sending it again
  wasUnsure = false;

  constructor(vote) {
    this.question = vote.questions[0];
    this.official = officialTexts(this.facts, vote);
    this.choosing = find("[data-form=choose]");
    const form = find("[data-form=cite]");
    this.citing = form && new Citing(form, this.facts, this.words);
    this.tested = new Tested(find("[data-leaf=tested]"), this.words);
    this.leaves = new Leaves(root, (name) => this.enter(name));
  }

  begin() {
    root.querySelectorAll("form").forEach((form) => form.reset()); // some browsers fill forms in again on reload
    this.sealing.prepare(Object.values(this.facts.elections).filter(Boolean));
    bindTogether(document.querySelector("[data-together]"), document.body, this.facts.languages_url,
      this.official);
    this.takeCode();
    this.bind();
    this.leaves.begin("choose");
  }

  bind() {
    const on = (selector, type, act) => root.querySelectorAll(selector).forEach((element) =>
      element.addEventListener(type, (event) => { event.preventDefault(); act(element); }));
    on("[data-form=choose]", "submit", () => this.chosen());
    on("[data-form=cite]", "submit", () => { find("[data-cleared]").textContent = ""; this.leaves.go("check"); });
    on("[data-go]", "click", (button) => this.leaves.go(button.dataset.go));
    on("[data-cast], [data-send-again]", "click", () => this.deliver());
    on("[data-test]", "click", () => this.test());
    on("[data-start-again]", "click", () => this.startAgain());
    on("[data-print]", "click", () => print());
    this.choosing.addEventListener("input", ({ target }) => { if (target.name in TOLD_AT) this.tell(target.name, null); });
    addEventListener("hashchange", () => this.welcome());
    addEventListener("pagehide", () => this.empty());
    addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  }

  /** Which leaf is shown when one is asked for, by a button or by the browser's back and forward. */
  enter(name) {
    if (this.stage !== "marking") return this.stage;
    if (name === "tested" && this.tested.isShown) return name;
    if (!MARKING.includes(name) || !this.leaves.has(name)) return "choose";
    if (name !== "choose" && Object.values(this.settle()).some(Boolean)) return "choose";
    if (name === "check") this.check();
    return name;
  }

  /** A link opened in this tab: whoever comes with a code finds an empty booth, except while a ballot is on its way. */
  welcome() {
    if (!["marking", "done"].includes(this.stage)) takeFromAddress();
    else if (location.hash.startsWith("#code=")) location.reload();
  }

  takeCode() {
    const taken = takeFromAddress();
    if (!taken) return;
    this.code = taken.code;
    find("[data-code-field]").hidden = Boolean(this.code);
    find("[data-code-taken]").hidden = !this.code;
    if (!this.code) this.complain({ code: "code_link" });
  }

  /** Reads step one. What is wrong with it, by field, as keys of the page's words. */
  settle() {
    const problems = { code: null, vote: null };
    if (!find("[data-code-field]").hidden) {
      const typed = this.choosing.elements.code.value;
      problems.code = complaint(typed);
      this.code = normaliseCode(typed);
    }
    const marked = [...this.choosing.querySelectorAll("[name=vote]:checked")].map(({ value }) => value);
    const choices = voteChoices(this.question, marked);
    if (typeof choices === "string") { problems.vote = choices; return problems; }
    this.choices = choices;
    const letters = marked.map((at) => this.facts.options[at]?.letter).filter(Boolean);
    if (this.citing?.arrange(letters)) find("[data-cleared]").textContent = this.words.cleared;
    return problems;
  }

  complain(problems) {
    let first = null;
    for (const name of Object.keys(TOLD_AT)) {
      this.tell(name, problems[name]);
      if (problems[name]) first ??= this.choosing.querySelector(`[name=${name}]`);
    }
    first?.focus();
  }

  /** Says at a field of step one what is wrong with it; nothing takes the words away. */
  tell(name, problem) {
    const told = document.getElementById(TOLD_AT[name]);
    told.hidden = !problem;
    told.textContent = problem ? say(this.words[problem], { count: this.facts.max_choices }) : "";
    told.parentElement.classList.toggle("wrong", Boolean(problem));
    this.choosing.querySelector(`[name=${name}]`).setAttribute("aria-invalid", String(Boolean(problem)));
  }

  chosen() {
    const problems = this.settle();
    this.complain(problems);
    if (!problems.code && !problems.vote) this.leaves.go(this.citing ? "cite" : "check");
  }

  async check() {
    showSlip(root, this.choosing, this.citing, this.words);
    this.numbers = this.signed = null;
    this.tested.empty();
    this.showSealing(0, 1);
    const { v, c } = this.facts.elections;
    const parts = {
      v: { election: v, choices: this.choices },
      c: this.citing ? { election: c, choices: citationChoices(this.facts, this.citing.marks, this.citing.before) } : null,
    };
    try {
      const numbers = await this.sealing.seal({ code: this.code, parts },
        ({ done, total }) => this.showSealing(done, total));
      if (!numbers) return;
      this.numbers = numbers;
      this.showSealing(1, 1);
    } catch {
      this.note("seal_failed");
    }
  }

  note(word) { find("[data-seal-note]").textContent = word ? this.words[word] : ""; }

  showSealing(done, total) {
    const bar = find("#seal");
    bar.max = total;
    bar.value = done;
    find("[data-seal-label]").textContent = this.numbers ? this.words.sealed : say(this.words.sealing, { done, total });
    this.note(this.numbers && "sealed_note");
    root.querySelectorAll("[data-cast], [data-test]").forEach((button) =>
      button.setAttribute("aria-disabled", String(!this.numbers)));
    showNumbers(find("[data-leaf=check]"), this.numbers);
  }

  /** The numbers of the sealed pair, to sign or to open it: either is done once. */
  takeNumbers() {
    const { numbers } = this;
    if (!numbers) find("[data-seal-note]").textContent ||= this.words.not_yet;
    this.numbers = null;
    return numbers;
  }

  async test() {
    const numbers = this.takeNumbers();
    if (!numbers) return;
    try {
      this.tested.show(await this.sealing.burn(numbers), numbers);
      this.leaves.go("tested");
    } catch {
      this.note("seal_failed");
    }
  }

  turnTo(stage) {
    this.stage = stage;
    this.leaves.replace(stage);
  }

  /** Signs what is sealed, unless it was sent before; only now can it be cast. */
  async sign() {
    const numbers = this.takeNumbers();
    if (!numbers) return;
    this.turnTo("sending");
    try {
      this.signed = await this.sealing.sign(numbers);
    } catch {
      this.stage = "marking";
      this.leaves.replace("check"); // which seals anew
    }
  }

  async deliver() {
    if (this.stage === "sending") return;
    if (!this.signed) await this.sign();
    if (!this.signed) return;
    this.turnTo("sending");
    const { v, c } = this.signed;
    const outcome = await send(this.facts.cast_url, { v: v.text, c: c?.text ?? null });
    const trackers = { v: v.tracker, c: c?.tracker ?? null };
    showTrackers(root, trackers, this.words, this.facts.tracker_url);
    if (outcome.state === "recorded") this.finish(outcome.trackers, trackers);
    if (outcome.state === "refused") this.refused(outcome);
    if (outcome.state === "unsure") { this.wasUnsure = true; this.turnTo("unsure"); }
  }

  refused({ reason, again }) {
    find("[data-reason]").textContent = reason;
    find("[data-maybe]").hidden = !this.wasUnsure;
    find("[data-leaf=refused] [data-send-again]").hidden = !again;
    this.turnTo("refused");
  }

  startAgain() {
    this.stage = "marking";
    this.code = this.signed = null;
    this.wasUnsure = false; // it was so of the ballot that is left behind
    find("[data-code-field]").hidden = false;
    find("[data-code-taken]").hidden = true;
    this.leaves.replace("choose");
  }

  finish(named, made) {
    find("[data-other-trackers]").hidden = named.v === made.v && (named.c ?? null) === made.c;
    this.empty();
    this.leaves.remove([...MARKING, "tested", "sending", "refused", "unsure"]);
    this.turnTo("done");
  }

  empty() {
    this.sealing.empty();
    this.tested.empty();
    this.code = this.choices = this.numbers = this.signed = null;
    root.querySelectorAll("form").forEach((form) => form.reset());
  }
}

function unfit(lack) {
  find("[data-leaf=unfit]").hidden = false;
  find(`[data-lack=${lack}]`).hidden = false;
}

async function open() {
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { unfit(lack); return; }
  try {
    const facts = read("booth-facts");
    const vote = await readElection(facts.elections.v);
    const citations = facts.elections.c && await readElection(facts.elections.c);
    if (!factsAgree(facts, vote, citations)) { unfit("facts"); return; }
    new Booth(vote).begin();
  } catch {
    unfit("facts");
  }
}

open();
