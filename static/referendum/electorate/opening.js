// A teller hands in the own share of the sealed list's key (templates/referendum/electorate/opening.html): the key file
// opens the share in this browser; the key itself never leaves it.

import { say } from "../../forum/kernel/words.js";
import { lacking } from "../crypto/readiness.js";
import { openKeyFile } from "../trustees/keyreader.js";
import { upload } from "../trustees/upload.js";
import { unseal } from "./sealing.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);
const facts = read("share-facts");
const words = read("share-words");

const tell = (text) => { find("[data-status]").textContent = text; };

async function ownShare(secret) {
  try { return JSON.parse(await unseal(secret, facts.sealed)).share; } catch { return null; }
}

/** The letters exist in this answer only: they go into a link that saves them. */
function offer(letters) {
  if (!letters) return;
  const bytes = Uint8Array.from(atob(letters), (character) => character.charCodeAt(0));
  find("[data-letters] a").href = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  find("[data-letters]").hidden = false;
}

function told({ opened, mailed, printed, used }) {
  if (!opened) return words.given;
  const sentences = [say(words.opened, { mailed, printed })];
  if (used.length) sentences.push(say(words.used, { numbers: used.join(", ") }));
  return sentences.join(" ");
}

async function handIn(form) {
  tell(words.opening);
  const key = await openKeyFile(form, words);
  if (!key) { tell(""); return; }
  const share = await ownShare(key.secret);
  if (!share) { tell(words.not_yours); return; }
  tell(words.sending);
  const answer = await upload(facts.upload_url, { share });
  if (answer.state !== "recorded") { tell(answer.reason ?? words.lost); return; }
  form.reset();
  form.hidden = true;
  tell(told(answer));
  offer(answer.letters);
}

function begin() {
  const form = find("[data-form=share]");
  if (!form) return; // nothing to hand in: the page says why
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { find(`[data-lack=${lack}]`).hidden = false; return; }
  find("[data-work]").hidden = false;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await handIn(form); } finally { busy = false; }
  });
}

begin();
