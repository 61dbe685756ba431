// The decrypt page: open the key file, fetch each archive's public record, recompute the product of its ballots,
// compare it, decrypt one's part with proofs, hand it in (templates/referendum/count/decrypt.html). The heavy work is
// the worker's; the secret key is given to it and dropped when the page is left or all is done.

import { say } from "../../forum/kernel/words.js";
import { Background } from "../crypto/background.js";
import { openKey } from "../crypto/ceremony.js";
import { lacking } from "../crypto/readiness.js";
import { complain, openKeyFile } from "../trustees/keyreader.js";
import { upload } from "../trustees/upload.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);
const facts = read("count-facts");
const words = read("count-words");
const background = new Background();
let rows = [];

/** One archive's row: what is being done with it, how far, how it ended. `opened` is a part that is not handed in yet. */
class Row {
  constructor(archive) {
    this.archive = archive;
    this.opened = null;
    this.place = find(`[data-archive=${archive.archive}]`);
  }

  say(text, wrong = false) {
    const said = this.place.querySelector("[data-said]");
    said.textContent = text;
    said.classList.toggle("notice-error", wrong);
    said.hidden = !text;
  }

  progress({ stage, done, total }) {
    const box = this.place.querySelector("[data-progress]");
    box.hidden = false;
    box.querySelector("label").textContent = say(words[stage], { done, total });
    const bar = box.querySelector("progress");
    bar.max = total;
    bar.value = done;
  }

  still() { this.place.querySelector("[data-progress]").hidden = true; }

  /** Answers whether this archive's part was handed in. */
  async work(secret, proofs) {
    this.say(words.fetching);
    try {
      this.opened = await background.run("open",
        { recordUrl: this.archive.record_url, secret: String(secret), minimum: this.archive.minimum, proofs },
        (progress) => { this.say(""); this.progress(progress); });
    } catch (problem) {
      this.still();
      this.say(words[`problem_${problem.problem}`] ?? words.problem_failed, true);
      return false;
    }
    return this.handIn();
  }

  /** A part that only a fresh sign-in keeps from being taken stays here; it is what everybody may see, not the key. */
  async handIn(again = false) {
    const { count, ...part } = this.opened;
    this.say(words.sending);
    const answer = await upload(this.archive.upload_url, part);
    this.still();
    if (answer.first !== "confirm" && !(again && answer.state === "lost")) this.opened = null;
    if (answer.state !== "recorded") { this.say(answer.reason ?? words.lost, true); return false; }
    this.archive.done = true;
    this.say(say(count === 1 ? words.recorded_one : words.recorded, { count }));
    return true;
  }
}

/** The secret that opens this trustee's part: in the file, or, for a group's member, sealed to the file's seed. */
async function secretOf(key, form) {
  if (!key.seed && !facts.sealed) return key.secret;
  try { return await openKey(key.seed, facts.sealed); } catch {
    complain(form.elements.file, words["problem_not-yours"]);
    return null;
  }
}

async function open(form) {
  const status = find("[data-status]");
  status.textContent = words.opening;
  const key = await openKeyFile(form, words);
  status.textContent = "";
  const secret = key && await secretOf(key, form);
  if (!secret) return;
  const proofs = form.elements.proofs.checked;
  rows = facts.archives.filter(({ done, withheld, record_urls: parts }) => !done && !withheld && !parts)
    .map((archive) => new Row(archive));
  for (const row of rows) await row.work(secret, proofs);
  background.empty();
  conclude(form);
}

/** Once more what was opened and not taken; the key is not needed for it. */
async function handInAgain(form) {
  for (const row of rows.filter(({ opened }) => opened)) await row.handIn(true);
  conclude(form);
}

function conclude(form) {
  const all = rows.every(({ archive }) => archive.done);
  const kept = rows.some(({ opened }) => opened);
  find("[data-confirm]").hidden = !kept;
  form.hidden = all || kept;
  find("[data-status]").textContent = all ? words.all_done : kept ? "" : words.not_all;
  if (all) form.reset();
}

function begin() {
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { find(`[data-lack=${lack}]`).hidden = false; return; }
  const form = find("[data-form=open]");
  if (!form) return; // nothing is left to do: the page says so itself
  find("[data-work]").hidden = false;
  let busy = false;
  const once = (act) => async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await act(form); } finally { busy = false; }
  };
  form.addEventListener("submit", once(open));
  find("[data-again]").addEventListener("click", once(handInAgain));
  addEventListener("pagehide", () => background.empty());
  addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
  addEventListener("beforeunload", (event) => { if (busy || rows.some(({ opened }) => opened)) event.preventDefault(); });
}

begin();
