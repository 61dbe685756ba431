// The voting code, from the link's fragment or typed. It lives in the page's memory only.

import { normaliseCode } from "../crypto/credentials.js";

/**
 * Takes a code out of the address (`#code=xxx-…`) and removes it there, from the history too.
 * Answers null without one, else {code} with the code or null if it is damaged.
 */
export function takeFromAddress() {
  const found = /^#code=(.*)$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  let text = found[1];
  try { text = decodeURIComponent(text); } catch { /* a damaged link: taken as it stands */ }
  return { code: normaliseCode(text) };
}

/** What is wrong with a typed code, as a key of the page's words; or null. */
export function complaint(typed) {
  if (!typed.trim()) return "code_missing";
  return normaliseCode(typed) ? null : "code_wrong";
}
