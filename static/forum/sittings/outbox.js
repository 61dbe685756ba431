// What was typed stays on this device until the server has given it a number: lines on their way, and the line being written.
// Keys begin with "draft:", so signing out clears them with every other draft.

const read = (key) => {
  try { return JSON.parse(localStorage.getItem(key)) ?? []; } catch { return []; }
};

export class Outbox {
  constructor(actor, sitting) {
    this.key = `draft:${actor}:sitting-out-${sitting}`;
    this.draftKey = `draft:${actor}:sitting-${sitting}`;
    this.waiting = read(this.key);
    this.sending = false;
  }

  keep() {
    try { localStorage.setItem(this.key, JSON.stringify(this.waiting)); } catch { /* storage full or forbidden: memory has to do */ }
  }

  /** Add a line; its key makes it one line however often it is sent. */
  add(text, replyTo = "") {
    const line = { key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`, text, replyTo };
    this.waiting.push(line);
    this.keep();
    return line;
  }

  /** Send what waits, one after another so that order stays. `ask(event, payload)` answers or fails; then it waits for the next call. */
  async send(ask, { sent, refused, held }) {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.waiting.length) {
        const line = this.waiting[0];
        const answer = await ask("say", { text: line.text, client_key: line.key, reply_to: line.replyTo ?? "" });
        if (answer.status === 429) { held?.(answer); await new Promise((resolve) => setTimeout(resolve, 3000)); continue; }
        this.waiting.shift();
        this.keep();
        if (answer.refused) refused(line, answer);
        else sent(line, answer);
      }
    } catch { /* no answer: it stays, and goes with the same key when the connection is back */ } finally {
      this.sending = false;
    }
  }

  get draft() {
    try { return localStorage.getItem(this.draftKey) ?? ""; } catch { return ""; }
  }

  set draft(text) {
    try { if (text) localStorage.setItem(this.draftKey, text); else localStorage.removeItem(this.draftKey); } catch { /* as above */ }
  }
}
