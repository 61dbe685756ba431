// The form that opens a key file: a file and its passphrase. What is wrong is said at the field; nothing is uploaded.

import { readKeyFile } from "../crypto/keyfile.js";

/** Marks a field as wrong, or right again. */
export function complain(input, words) {
  const told = document.getElementById(`${input.id}-e`);
  told.hidden = !words;
  told.textContent = words ?? "";
  input.closest(".field").classList.toggle("wrong", Boolean(words));
  input.setAttribute("aria-invalid", String(Boolean(words)));
  if (words) input.focus();
}

/** Reads the form's file; answers {secret, publicKey}, or null after saying what is wrong. Empties the passphrase. */
export async function openKeyFile(form, words) {
  const { file, passphrase } = form.elements;
  complain(file, null);
  complain(passphrase, null);
  if (!file.files.length) { complain(file, words.file_missing); return null; }
  if (!passphrase.value) { complain(passphrase, words.passphrase_missing); return null; }
  try {
    const key = await readKeyFile(await file.files[0].text(), passphrase.value);
    passphrase.value = "";
    return key;
  } catch (problem) {
    if (problem.problem === "passphrase") complain(passphrase, words.passphrase_wrong);
    else complain(file, problem.problem === "version" ? words.file_newer : words.file_foreign);
    return null;
  }
}
