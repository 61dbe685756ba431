// Words from the server as nodes: a tree of lists becomes elements one by one, so nothing from a socket is ever parsed as HTML.

const ALLOWED = new Set("p br strong em del code pre blockquote ul ol li hr h3 h4 table thead tbody tr th td a".split(" "));
const SAFE = /^(?:https?:\/\/|mailto:|#)/i;

/** An element with text or children. `parts` may hold null. */
export const element = (name, attributes = {}, ...parts) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...parts.filter((part) => part !== null));
  return made;
};

/** ["p", "so ", ["b", "if"]] and strings, as nodes. */
export const grown = (tree) => tree.flatMap((part) => {
  if (typeof part === "string") return [document.createTextNode(part)];
  const [name, ...rest] = part;
  if (!ALLOWED.has(name)) return grown(rest.filter((each) => typeof each === "string" || Array.isArray(each)));
  const link = typeof rest[0] === "object" && !Array.isArray(rest[0]) ? rest.shift() : {};
  const safe = name === "a" && SAFE.test(link.href ?? "") ? { href: link.href, rel: "nofollow noopener noreferrer ugc" } : {};
  return [element(name, safe, ...grown(rest))];
});

/** "You are number {place}" with its facts. */
export const filled = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
