// The ceremony page: a step of a threshold group's member (templates/referendum/trustees/ceremony.html). The key file is
// opened here, what others sent is checked here, and only what is public or sealed to somebody is handed in.

import { say as fill } from "../../forum/kernel/words.js";
import { fingerprintOf, makeKey, makeShares } from "../crypto/ceremony.js";
import { lacking } from "../crypto/readiness.js";
import { openKeyFile } from "./keyreader.js";
import { upload } from "./upload.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const root = document.getElementById("main");
const find = (selector) => root.querySelector(selector);
const facts = read("step-facts");
const words = read("step-words");

const say = (text) => { find("[data-status]").textContent = text; };

/** The message of this step. The line that members compare is worked out again from what is really used. */
async function messageOf(seed) {
  const shown = find("[data-fingerprint]")?.textContent.replace(/\s/g, "");
  if (shown && shown !== await fingerprintOf(facts.certificates)) throw Object.assign(new Error(), { problem: "other-line" });
  return facts.step === "shares" ? makeShares(seed, facts) : makeKey(seed, facts);
}

async function take(form) {
  say(words.opening);
  const key = await openKeyFile(form, words);
  if (!key) { say(""); return; }
  if (!key.seed) { say(words["problem_not-yours"]); return; }
  say(words.working);
  let message;
  try { message = await messageOf(key.seed); } catch ({ problem, from }) {
    say(fill(words[`problem_${problem}`] ?? words.problem_failed, { place: from }));
    return;
  }
  say(words.sending);
  const answer = await upload(facts.upload_url, { message });
  if (answer.state !== "recorded") { say(answer.reason ?? words.lost); return; }
  form.reset();
  location.reload(); // the page says what comes next
}

function begin() {
  const lack = lacking();
  find("[data-starting]").remove();
  if (lack) { find(`[data-lack=${lack}]`).hidden = false; return; }
  find("[data-work]").hidden = false;
  let busy = false;
  find("[data-form=step]").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    try { await take(event.target); } finally { busy = false; }
  });
}

begin();
