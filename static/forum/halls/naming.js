// Naming a member after an @: those who wrote in this hall are offered below the field. Arrow down goes to them, Escape closes. Names can be typed too.

const form = document.querySelector("form[data-people]");
const area = form?.querySelector("textarea");
let asked = 0;
let waiting = 0;

const box = form && Object.assign(document.createElement("div"), { className: "people btn-row", hidden: true });

/** Where the name that is being typed begins, and what of it stands there; null when no name is. */
const typing = () => {
  const before = area.value.slice(0, area.selectionStart);
  const found = before.match(/(?:^|[\s(])@([\p{L}][\p{L}' .-]{0,40})$/u);
  return found ? { from: before.length - found[1].length, typed: found[1] } : null;
};

const close = () => { box.hidden = true; box.replaceChildren(); };

const choose = (name) => {
  const at = typing();
  if (at) area.setRangeText(`${name} `, at.from, area.selectionStart, "end");
  close();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
};

const show = (people) => {
  box.replaceChildren(...people.map(({ name, about }) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: `${name}, ${about}` });
    button.addEventListener("click", () => choose(name));
    return button;
  }));
  box.hidden = people.length === 0;
};

const ask = async () => {
  const at = typing();
  const own = ++asked;
  if (!at) { close(); return; }
  try {
    const answer = await fetch(`${form.dataset.people}?q=${encodeURIComponent(at.typed)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || own !== asked) return;
    const { people } = await answer.json();
    show(people.filter(({ name }) => name !== at.typed.trim()));
  } catch { close(); } // no line: the name can be typed
};

if (form) {
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", form.dataset.peopleLabel);
  area.after(box);
  area.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); });
  form.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    const buttons = [...box.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape") { close(); area.focus(); } else if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)].focus();
    else if (event.key === "ArrowUp" && at >= 0) (buttons[at - 1] ?? area).focus();
    else return;
    event.preventDefault();
  });
}
