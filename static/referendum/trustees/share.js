// The share page: a teller opens their share of the sealed list's key with their key file and hands it in
// (templates/referendum/trustees/share.html). The secret key stays here; the share is what the teller gives on purpose.

import { say as fill } from "../../forum/kernel/words.js";
import { lacking } from "../crypto/readiness.js";
import { openSealed } from "../crypto/sealed.js";
import { openKeyFile } from "./keyreader.js";
import { upload } from "./upload.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);
const facts = read("share-facts");
const words = read("share-words");

const say = (text) => { find("[data-status]").textContent = text; };

/** What exists in this answer only goes into a link that saves it. */
function offer(place, content, type) {
  find(`${place} a`).href = URL.createObjectURL(new Blob([content], { type }));
  find(place).hidden = false;
}

function outcome({ opened, mailed, printed, used, given, reminding }) {
  if (!opened) return words.recorded;
  const done = given ? words.given : reminding ? words.reminding : fill(words.opened, { mailed, printed });
  const sentences = [words.recorded, done];
  if (used.length) sentences.push(fill(words.used, { numbers: used.join(", ") }));
  return sentences.join(" ");
}

async function give(form) {
  say(words.opening);
  const key = await openKeyFile(form, words);
  if (!key) { say(""); return; }
  let share;
  try { share = await openSealed(key.secret, facts.sealed); } catch { say(words.not_yours); return; }
  say(words.sending);
  const answer = await upload(facts.upload_url, { share });
  if (answer.state !== "recorded") { say(answer.reason ?? words.lost); return; }
  form.reset();
  find("[data-work]").hidden = true;
  say(outcome(answer));
  if (answer.letters) {
    offer("[data-letters]", Uint8Array.from(atob(answer.letters), (character) => character.charCodeAt(0)), "application/pdf");
  }
  if (answer.given) offer("[data-given]", answer.given, "application/json");
}

function begin() {
  if (!find("[data-work]")) return; // nothing to hand in: the page says why
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { find(`[data-lack=${lack}]`).hidden = false; return; }
  find("[data-work]").hidden = false;
  let busy = false;
  find("[data-form=give]").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await give(event.target); } finally { busy = false; }
  });
}

begin();
