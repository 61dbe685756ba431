// Sends a trustee's or teller's public work to the site, in the signed-in session, with the page's token.

/** {state: "recorded", …}, {state: "refused", reason}, or {state: "lost"}: no answer, and sending again is safe. */
export async function upload(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST", body: JSON.stringify(body), redirect: "error", cache: "no-store",
      headers: {
        "Content-Type": "application/json", Accept: "application/json",
        "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
      },
    });
    const answer = await response.json();
    if (answer.state === "recorded" || answer.state === "refused") return answer;
  } catch { /* told below */ }
  return { state: "lost" };
}
