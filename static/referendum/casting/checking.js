// The page for checking test ballots (templates/referendum/casting/check.html). It takes the opened ballot as text or as
// a file, and nothing leaves it: its policy names no place to which it could send anything.

import { Wrong, recompute } from "./recompute.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const find = (selector) => document.querySelector(selector);
const known = read("check-elections");
const words = read("check-words");
const form = find("[data-form=check]");

function element(kind, ...parts) {
  const made = document.createElement(kind);
  made.append(...parts);
  return made;
}

function numberOf(text) {
  const shown = element("dd", ...text.match(/.{1,4}/g).map((group) => element("span", group)));
  shown.className = "groups";
  return shown;
}

function marksOf({ question, marked, lines }) {
  const names = marked.length ? marked.map((each) => each ?? words.blank) : [words.none];
  return [element("h3", question), element("ul", ...names.map((name) => element("li", name))),
    element("p", words.lines.replace("{count}", lines))];
}

function ballotOf({ name, number, answers }) {
  const list = element("dl", element("dt", words.number), numberOf(number));
  list.className = "numbers";
  return element("section", element("h2", words[`ballot_${name}`]), list, ...answers.flatMap(marksOf));
}

/** The file, if one was chosen, else what was pasted. */
async function given() {
  const [file] = form.elements.file.files;
  return file ? file.text() : form.elements.pasted.value.trim();
}

function tell(fault) {
  find("[data-good]").hidden = Boolean(fault);
  find("[data-fault]").hidden = !fault;
  find("[data-fault-words]").textContent = fault ? words[`fault_${fault}`] : "";
  find("[data-result]").hidden = false;
  const head = find(fault ? "[data-fault] h2" : "[data-good] h2");
  head.tabIndex = -1;
  head.focus();
}

async function check() {
  find("[data-ballots]").replaceChildren();
  const text = await given();
  if (!text) { tell("missing"); return; }
  try {
    find("[data-ballots]").replaceChildren(...(await recompute(text, known)).map(ballotOf));
    tell(null);
  } catch (problem) {
    if (!(problem instanceof Wrong)) throw problem;
    tell(problem.fault);
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); check(); });
form.addEventListener("input", ({ target: { name } }) => {
  find("[data-result]").hidden = true;
  form.elements[name === "file" ? "pasted" : "file"].value = ""; // what was given last is what is checked
});
form.hidden = false;
