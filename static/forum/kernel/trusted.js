// The one place where text from our own server becomes a document; the content policy allows this policy's name and no other.
// Only for pages and fragments the server rendered (its text.py cleans what members write); never for text from a socket or a field.

const policy = globalThis.trustedTypes?.createPolicy("hustings", { createHTML: (text) => text });

/** A document that was parsed but not run: scripts in it stay dead, and so do its handlers. */
export const parsed = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
