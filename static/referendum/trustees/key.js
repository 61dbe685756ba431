// The key page: make a key pair, keep it as a file under a passphrase, read the file back, and only then hand in the
// public part with its proof (templates/referendum/trustees/key.html). The secret key never leaves this browser.

import { makeCertificate, makeSeed } from "../crypto/ceremony.js";
import { SHORTEST_PASSPHRASE, writeKeyFile, writeSeedFile } from "../crypto/keyfile.js";
import { hexHash } from "../crypto/hash.js";
import { lacking } from "../crypto/readiness.js";
import { makeSecretKey, publicPart } from "../crypto/trustee.js";
import { complain, openKeyFile } from "./keyreader.js";
import { upload } from "./upload.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);
const facts = read("key-facts");
const words = read("key-words");

let madeHere = null; // the public key of the file written in this visit: the file read back must be that one
let checked = null; // what is handed in of the file that was read back
const inGroup = facts.purpose === "member"; // of a threshold group: the file keeps a seed, what goes out is a certificate

/** Show the next step; the red button is that step's alone. */
function arrive(step) {
  root.querySelectorAll("[data-step] .btn-main").forEach((button) => button.classList.remove("btn-main"));
  find(`[data-step=${step}]`).hidden = false;
  find(`[data-step=${step}] button:not(.btn-quiet)`)?.classList.add("btn-main");
}

const say = (text) => { find("[data-status]").textContent = text; };

function save(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = facts.file_name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function objection(first, second) {
  if ([...first.value].length < SHORTEST_PASSPHRASE) return [first, words.passphrase_short];
  return first.value === second.value ? null : [second, words.passphrase_differs];
}

async function make(form) {
  const { first, second } = form.elements;
  complain(first, null);
  complain(second, null);
  const objected = objection(first, second);
  if (objected) { complain(...objected); return; }
  say(words.making);
  const text = inGroup ? await writeSeedFile(makeSeed(), first.value) : await writeKeyFile(makeSecretKey(), first.value);
  madeHere = JSON.parse(text).public_key;
  form.reset();
  save(text);
  say(words.saved);
  arrive("back");
  find("[data-step=back] input").focus();
}

async function readBack(form) {
  say(words.opening);
  const key = await openKeyFile(form, words);
  if (!key) { say(""); return; }
  if (Boolean(key.seed) !== inGroup) {
    say("");
    complain(form.elements.file, words.file_foreign);
    return;
  }
  if (madeHere && key.publicKey !== madeHere) {
    say("");
    complain(form.elements.file, words.file_other);
    return;
  }
  checked = inGroup ? { message: await makeCertificate(key.seed) } : { public_key: await publicPart(key.secret) };
  form.reset();
  say(words.opened);
  find("[data-fingerprint]").textContent = (await hexHash(key.publicKey)).slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");
  arrive("send");
  find("[data-send]").focus();
}

async function handIn(button) {
  button.setAttribute("aria-disabled", "true");
  say(words.sending);
  const answer = await upload(facts.upload_url, checked);
  button.setAttribute("aria-disabled", "false");
  if (answer.state === "lost") { say(words.lost); return; }
  if (answer.state === "refused") { say(answer.reason); return; }
  if (inGroup) { location.reload(); return; } // the page says what comes next
  say("");
  root.querySelectorAll("[data-step]").forEach((step) => { step.hidden = step.dataset.step !== "done"; });
  find("[data-step=done] h2").focus();
}

/** One act at a time: a second press while the first is under way is no second act. */
function once(act) {
  let busy = false;
  return async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await act(event.currentTarget ?? event.target); } finally { busy = false; }
  };
}

function begin() {
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { find(`[data-lack=${lack}]`).hidden = false; return; }
  find("[data-work]").hidden = false;
  find("[data-form=make]").addEventListener("submit", once(make));
  find("[data-form=back]").addEventListener("submit", once(readBack));
  find("[data-send]").addEventListener("click", once(handIn));
  find("[data-have]").addEventListener("click", () => {
    arrive("back");
    find("[data-step=back] input").focus();
  });
}

begin();
