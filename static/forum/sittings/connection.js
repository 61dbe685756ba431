// One socket for a session's page: it joins the room, catches up by number after every return, and says how it stands.
// Long-polling carries it where WebSockets are blocked; the same calls, only slower.

import { io } from "../../vendor/socket.io.esm.min.js";

const STILL_HERE = 2 * 60 * 1000; // as often a page says whether it is used: a wall always is, any other where a hand was
const PATIENCE = 8000; // after this an unanswered call counts as lost; whoever called keeps what was to be sent
const PAUSE = 2000; // before what a busy server did not answer is asked again

/** facts: {sitting, last, wall}. on: {state(name), snapshot(answer, roundTrip), lines(list), hidden(numbers, upTo), events: {name: handler}}. */
export const connect = (facts, on) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const socket = io({ auth: { token }, reconnectionDelay: 500, reconnectionDelayMax: 5000 });
  let catching = false;
  let again = false;
  let touched = true;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { touched = true; }, { passive: true });

  const ask = (event, payload = {}) => new Promise((resolve, reject) => {
    if (!socket.connected) { reject(new Error("lost")); return; }
    socket.timeout(PATIENCE).emit(event, { sitting: facts.sitting, ...payload }, (error, answer) => error ? reject(error) : resolve(answer));
  });

  const catchUp = async () => {
    if (catching) { again = true; return; }
    catching = true;
    try {
      for (let more = true; more;) {
        const asked = Date.now();
        const answer = await ask("catch_up", { after: facts.last, here: Boolean(facts.wall) || touched });
        touched = false;
        if (answer.refused) break;
        on.hidden?.(answer.hidden, facts.last); // before the new ones: what was hidden meanwhile loses its words
        on.lines(answer.messages);
        facts.last = Math.max(facts.last, ...answer.messages.map((line) => line.number));
        more = answer.more;
        if (!more) on.snapshot(answer, Date.now() - asked);
      }
    } catch { // the connection went again, and its return calls this anew; or the server is busy
      if (socket.connected) setTimeout(catchUp, PAUSE);
    } finally {
      catching = false;
      if (again) { again = false; catchUp(); }
    }
  };

  const arrive = async () => {
    try {
      const answer = await ask("join", { room: `sitting:${facts.sitting}` });
      if (answer.refused) { on.state("out"); socket.disconnect(); return; }
      if (facts.comes) ask("attend").catch(() => {});
      await catchUp();
      on.state("connected");
    } catch {
      on.state("lost");
      if (socket.connected) setTimeout(arrive, PAUSE); // without a connection its return calls this
    }
  };
  socket.on("connect", arrive);
  socket.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return; // this page itself has given up, and says why
    on.state(reason === "io server disconnect" ? "cut" : "lost");
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1000); // signed out elsewhere: the next join says so
  });
  socket.on("connect_error", () => {
    on.state("lost");
    if (!socket.active) reload();
  });
  for (const [name, handle] of Object.entries(on.events)) socket.on(name, (payload) => payload.sitting === facts.sitting && handle(payload));
  setInterval(() => { if (socket.connected) catchUp(); }, STILL_HERE);
  on.state("connecting");
  return { ask, catchUp, isOpen: () => socket.connected };
};

// The server refused this page's token: a fresh page has a fresh one. Not more than once a minute.
const reload = () => {
  const last = Number(sessionStorage.getItem("reloaded") ?? 0);
  setTimeout(() => { sessionStorage.setItem("reloaded", Date.now()); location.reload(); }, Date.now() - last > 60000 ? 3000 : 60000);
};
