// The page's own storage, as src/browser/storage.rs has it. Where the browser forbids it, nothing is
// kept here.
const keys = () => {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
};

/** The ends of the names that begin so. */
export const endings = (prefix) =>
  keys()
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));

export const read = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

/** Whether it is kept. */
export const write = (key, value) => {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
};

export const forget = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    // It was not kept.
  }
};

/** The names that the reader has muted, the latest last. */
export const muted = () => (read("afterword:muted") ?? "").split("\n").filter(Boolean);

/** What the names of a thread's drafts begin with. */
export const draftsOf = ({ api, site, page }) => `afterword:${api}:${site}:${page}:draft:`;

/** What the names of that begin with which restores a thread's comments. */
export const undosOf = ({ api, site, page }) => `afterword:${api}:${site}:${page}:undo:`;

/** What the names of the edit tokens of a server's comments begin with. */
export const tokensOf = ({ api }) => `afterword:token:${api}:`;

/** What the names of the reader's comments begin with that no list may have: "1" waits for a moderator;
    another was posted in the page that began then (`performance.timeOrigin`), and was in no list since. */
export const waitingOf = ({ api, site, page }) => `afterword:${api}:${site}:${page}:waiting:`;

/** What the token of a reader is kept as who has signed in. */
export const readerOf = ({ api, site }) => `afterword:reader:${api}:${site}`;

/** The secrets of browsers that keep nothing, for as long as the page stands. */
const voices = {};

/** The secret by which all that this browser thinks and writes is one reader's. */
export const voiceOf = (api) => {
  const name = "afterword:voice:" + api;
  const known = read(name) ?? voices[api];
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const voice = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  voices[api] = voice;
  write(name, voice);
  return voice;
};
