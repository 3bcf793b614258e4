// Passkeys: what our server asks is put to the browser's devices, and what they sign is sent back.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

class Refused extends Error {}

async function post(address, body) {
  const response = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error?.message ?? "");
  return answer;
}

function read(options) {
  const listed = (each) => ({ ...each, id: bytes(each.id) });
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.allowCredentials && { allowCredentials: options.allowCredentials.map(listed) }),
    ...(options.excludeCredentials && {
      excludeCredentials: options.excludeCredentials.map(listed),
    }),
  };
}

function written(credential) {
  const response = {};
  for (const name of [
    "clientDataJSON",
    "attestationObject",
    "authenticatorData",
    "signature",
    "userHandle",
  ]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function tell(words) {
  document.querySelector("[data-passkey-why]").textContent = words;
  document.querySelector("[data-passkey-told]").hidden = !words;
}

async function run(button, act, address, more) {
  tell("");
  button.disabled = true;
  try {
    const publicKey = read(await post(button.dataset.options, {}));
    const credential = await act(publicKey);
    const { location: there } = await post(address, { credential: written(credential), ...more });
    location.assign(there);
  } catch (error) {
    const isRefused = error instanceof Refused && error.message;
    const isCancelled = error instanceof DOMException;
    tell(
      isRefused ? error.message : isCancelled ? button.dataset.cancelled : button.dataset.failed,
    );
  } finally {
    button.disabled = false;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-passkey-sign-in], [data-passkey-new]");
  if (!button) return;
  const { passkeySignIn, passkeyNew, next } = button.dataset;
  if (passkeySignIn) {
    run(button, (publicKey) => navigator.credentials.get({ publicKey }), passkeySignIn, { next });
  } else {
    run(button, (publicKey) => navigator.credentials.create({ publicKey }), passkeyNew, {});
  }
});

// Shown only where the browser can: the form works without it.
for (const button of document.querySelectorAll("[data-passkey-sign-in]")) {
  button.hidden = !window.PublicKeyCredential;
}
