// The trackers, as the voter keeps them: one name and one line each, in groups of four that copy without blanks.

function element(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** A long number in groups of four, as the parts of one element. */
export const inGroups = (number) => number.match(/.{1,4}/g).map((group) => element("span", "", group));

function line(name, tracker) {
  const box = element("div");
  const code = element("p", "tracker");
  code.append(...inGroups(tracker));
  box.append(element("h2", "", name), code);
  return box;
}

/** Fills every receipt of the page and points every look-up link at the vote's tracker. */
export function showTrackers(root, trackers, words, lookUp) {
  const named = [[words.tracker_v, trackers.v], [words.tracker_c, trackers.c]].filter(([, tracker]) => tracker);
  root.querySelectorAll("[data-receipt]").forEach((box) => {
    box.replaceChildren(...named.map(([name, tracker]) => line(name, tracker)));
  });
  const url = new URL(lookUp, location.href);
  root.querySelectorAll("[data-address]").forEach((place) => { place.textContent = url.host + url.pathname; });
  url.searchParams.set("tracker", trackers.v);
  root.querySelectorAll("[data-look-up]").forEach((link) => { link.href = url.href; });
}

/** Shows the seal numbers of a pair, or none while it is being sealed. */
export function showNumbers(leaf, numbers) {
  leaf.querySelector("[data-numbers]").hidden = !numbers;
  leaf.querySelectorAll("[data-number]").forEach((place) => {
    place.replaceChildren(...numbers ? inGroups(numbers[place.dataset.number]) : []);
  });
}
