// Passkeys: asks the server for options, lets the browser show its own window, sends the answer back.
// Bound to [data-passkey="ask" | "enrol"] with data-options-url and data-answer-url. Both take POST with JSON:
//   options: {who} -> what WebAuthn calls options, binary parts in base64url
//   answer:  {credential, next, shared} -> {url} to go to, or {reason} in the member's words

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const readOptions = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
  allowCredentials: options.allowCredentials?.map((each) => ({ ...each, id: bytes(each.id) })),
  excludeCredentials: options.excludeCredentials?.map((each) => ({ ...each, id: bytes(each.id) })),
});

const writeCredential = ({ id, rawId, type, response, authenticatorAttachment }) => {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const answer = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  if (response.getTransports) answer.transports = response.getTransports();
  return { id, rawId: text(rawId), type, authenticatorAttachment, response: answer, clientExtensionResults: {} };
};

const post = async (url, body) => {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
    },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.reason), { told: true });
  return told;
};

const value = (name) => document.querySelector(`[name="${name}"]`);

const bind = (box) => {
  const { passkey: way, optionsUrl, answerUrl } = box.dataset;
  const button = box.querySelector("button");
  const said = box.querySelector(".err");
  button.addEventListener("click", async () => {
    said.textContent = "";
    button.setAttribute("aria-busy", "true");
    try {
      const publicKey = readOptions(await post(optionsUrl, { who: value("who")?.value ?? "" }));
      const credential = await (way === "enrol" ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      const facts = { credential: writeCredential(credential), next: value("next")?.value ?? "", shared: value("shared")?.checked ?? false };
      const { url } = await post(answerUrl, facts);
      location.assign(url);
    } catch (error) {
      said.textContent = error.told ? error.message : box.dataset.stopped; // the browser's own window was closed, or has no key
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  box.hidden = button.hidden = false; // only now does pressing it do anything
};

if (globalThis.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(bind);
