// A machine that many share forgets whoever used it: five minutes after the last touch, and when somebody signs out. What was typed is
// cleared from the device, the page is emptied at once, and the way back shows nothing. The page says by a meta tag that it is shared.

const mark = document.querySelector('meta[name="shared-machine"]');
const LOOK = 1000;

/** Nothing that was typed here stays, and what leaves the page now writes no more. */
const forget = () => {
  document.body.dataset.forgotten = "";
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft:") || name === "shared-machine") localStorage.removeItem(name);
    sessionStorage.clear();
  } catch { /* storage is forbidden here: nothing is in it */ }
};

const leave = () => {
  forget();
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/sign-out", hidden: true });
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrf_token", value: token }));
  document.body.replaceChildren(form);
  form.submit();
};

const wasShared = () => {
  try { return Boolean(localStorage.getItem("shared-machine")); } catch { return false; }
};

if (mark) {
  try { localStorage.setItem("shared-machine", "1"); } catch { /* as above */ }
  let touched = Date.now();
  let left = false;
  const look = () => {
    if (Date.now() - touched < Number(mark.content) * 1000 || left) return;
    left = true;
    leave();
  };
  setInterval(look, LOOK);
  const touch = () => { look(); touched = Date.now(); }; // a machine that slept is woken by a touch: it comes before any look
  for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, touch, { passive: true, capture: true });
  addEventListener("submit", (event) => { if (event.target.getAttribute("action") === "/sign-out") forget(); });
} else if (document.body.dataset.actor === "" && wasShared()) forget(); // the browser was closed, or the hour ran out elsewhere

addEventListener("pageshow", (event) => { if (event.persisted && mark) location.reload(); });
