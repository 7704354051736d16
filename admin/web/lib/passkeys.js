// Passkeys (WebAuthn). What the server asks and what it is answered is JSON with bytes in base64url.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");

export const hasPasskeys = () => !!(window.PublicKeyCredential && navigator.credentials);

const withIds = (list) => list?.map((it) => ({ ...it, id: bytes(it.id) }));

const creation = (options) =>
  PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: withIds(options.excludeCredentials),
  };

const request = (options) =>
  PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: withIds(options.allowCredentials),
  };

const answer = (credential) => {
  if (credential.toJSON) return JSON.stringify(credential);
  const { id, rawId, type, response, authenticatorAttachment } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) parts[name] = text(response[name]);
  if (response.getTransports) parts.transports = response.getTransports();
  if (response.getAuthenticatorData && !parts.authenticatorData)
    parts.authenticatorData = text(response.getAuthenticatorData());
  if (response.getPublicKey) {
    const key = response.getPublicKey();
    if (key) parts.publicKey = text(key);
    parts.publicKeyAlgorithm = response.getPublicKeyAlgorithm();
  }
  const clientExtensionResults = credential.getClientExtensionResults();
  return JSON.stringify({
    id,
    rawId: text(rawId),
    type,
    response: parts,
    authenticatorAttachment,
    clientExtensionResults,
  });
};

const parsed = (json) => {
  const options = JSON.parse(json);
  return options.publicKey ?? options;
};

/** A new passkey of this person. */
export const newPasskey = async (json) =>
  answer(await navigator.credentials.create({ publicKey: creation(parsed(json)) }));

/** What a passkey says to a challenge. */
export const passkey = async (json) =>
  answer(await navigator.credentials.get({ publicKey: request(parsed(json)) }));
