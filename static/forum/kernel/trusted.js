// The one place in the forum where text from our own server becomes a document; the content policy allows one policy of this name a page, so it is made
// only when it is first needed. Only for what the server rendered (its text.py cleans what members write); never for text from a socket or a field.

let policy;

/** A document that was parsed but not run: scripts in it stay dead, and so do its handlers. */
export const parsed = (text) => {
  policy ??= globalThis.trustedTypes?.createPolicy("hustings", { createHTML: (html) => html });
  return new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
};
