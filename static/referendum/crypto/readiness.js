// What the booth and the key pages need from a browser, asked before anything is begun.

/** The first thing this browser lacks: "secure" (no encrypted connection), "browser" (too old), or null. */
export function lacking() {
  if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) return "secure";
  if (typeof BigInt !== "function" || typeof Worker !== "function") return "browser";
  return null;
}
