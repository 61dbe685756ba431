// The slip of step three: what was marked, in the same signs as on the leaves before.

function signOf(label, words) {
  const letter = [...label.classList].find((name) => name.startsWith("opt-"));
  const sign = document.createElement("span");
  if (!letter) { sign.textContent = words.blank; return sign; }
  sign.className = `opt ${letter}`;
  const text = document.createElement("span");
  text.textContent = label.querySelector("b").firstChild.data; // and not what stands below it in other languages
  sign.append(text);
  return sign;
}

const fill = (place, nodes, words) => place?.replaceChildren(...nodes.length ? nodes : [words.none]);

export function showSlip(root, choosing, citing, words) {
  const slip = (name) => root.querySelector(`[data-slip=${name}]`);
  const labels = [...choosing.querySelectorAll("[name=vote]:checked")].map((input) => input.closest("label"));
  fill(slip("vote"), labels.map((label) => signOf(label, words)), words);
  if (!citing) return;
  fill(slip("moved"), citing.tags("moved"), words);
  fill(slip("weighed"), citing.tags("weighed"), words);
  slip("before").textContent = citing.beforeWords;
}
