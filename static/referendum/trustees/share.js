// The share page: a teller opens their share of the sealed list's key with their key file and hands it in, sees how far
// the list is read, and opens the answer that was sealed to their key (templates/referendum/trustees/share.html).
// The secret key stays here; the share is what the teller gives on purpose.

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

const pause = () => new Promise((done) => { setTimeout(done, 1500); });

/** Puts what was sealed to this teller into a link that saves it. */
function offer(place, content, type) {
  find(`${place} a`).href = URL.createObjectURL(new Blob([content], { type }));
  find(place).hidden = false;
}

function show({ mailed, printed, used, letters, given }) {
  const sentences = [given ? words.given : fill(words.opened, { mailed, printed })];
  if (used.length) sentences.push(fill(words.used, { numbers: used.join(", ") }));
  say(sentences.join(" "));
  if (letters) offer("[data-letters]", Uint8Array.from(atob(letters), (each) => each.charCodeAt(0)), "application/pdf");
  if (given) offer("[data-given]", given, "application/json");
}

/** How far the opening is, or null where no answer came: then it is asked again. */
async function progress() {
  try {
    const response = await fetch(facts.progress_url, { headers: { Accept: "application/json" }, redirect: "error", cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch { return null; }
}

function draw({ state, done }) {
  const box = find("[data-progress]");
  box.hidden = state !== "reading";
  if (box.hidden) return;
  box.querySelector("progress").value = done;
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(done / 100);
  box.querySelector("label").textContent = fill(words.reading, { done: share });
}

/** Follows the reading to its end. Without the key the page is loaded anew where an answer waits to be opened with it. */
async function follow(secret) {
  let now = await progress();
  while (!now || now.state === "reading") {
    if (now) draw(now);
    await pause();
    now = await progress();
  }
  draw(now);
  if (now.state === "waiting") say(words.stopped);
  else if (now.problem) say(`${words.problem} ${now.problem}`);
  else if (!now.answer) say(words[facts.opening]);
  else if (secret) show(JSON.parse(await openSealed(secret, now.answer)));
  else window.location.reload();
}

async function give(form) {
  say(words.opening);
  const key = await openKeyFile(form, words);
  if (!key) { say(""); return; }
  let opened;
  try { opened = await openSealed(key.secret, facts.answer ?? facts.sealed); } catch { say(words.not_yours); return; }
  if (facts.answer) { find("[data-work]").hidden = true; show(JSON.parse(opened)); return; }
  say(words.sending);
  const answer = await upload(facts.upload_url, { share: opened, paper: form.elements.paper?.value });
  if (answer.state !== "recorded") { say(answer.reason ?? words.lost); return; }
  form.reset();
  find("[data-work]").hidden = true;
  say(words.recorded);
  if (answer.opened) await follow(key.secret);
}

function begin() {
  if (facts.state === "reading") { follow(null); return; }
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
