// Comes in with a finger, or makes it so: asks what to sign, has the device sign it, and sends that with the form.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

async function sign(address) {
  const asked = await fetch(address, { method: "POST" });
  if (!asked.ok) throw new Error(asked.status);
  const publicKey = await asked.json();
  publicKey.challenge = bytes(publicKey.challenge);
  for (const known of publicKey.excludeCredentials ?? []) known.id = bytes(known.id);
  if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
  const how = publicKey.user ? "create" : "get";
  const { rawId, response, ...made } = await navigator.credentials[how]({ publicKey }).then((key) => ({
    rawId: key.rawId,
    response: key.response,
    type: key.type,
    authenticatorAttachment: key.authenticatorAttachment ?? undefined,
    clientExtensionResults: key.getClientExtensionResults(),
  }));
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[part]) answer[part] = text(response[part]);
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({ id: text(rawId), rawId: text(rawId), response: answer, ...made });
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form.passkey") : []) {
  const status = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  form.hidden = false;
  if (form.nextElementSibling?.matches(".instead")) form.nextElementSibling.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.ariaDisabled) return;
    status.textContent = "";
    button.ariaDisabled = "true";
    try {
      form.answer.value = await sign(`${form.getAttribute("action")}/ask`);
      form.submit();
    } catch (trouble) {
      status.textContent = trouble.name === "InvalidStateError" ? form.dataset.twice : form.dataset.failed;
      button.ariaDisabled = null;
    }
  });
}
