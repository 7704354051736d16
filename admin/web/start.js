// Begins the program, and hands it what a browser does better than it: texts by language, dates,
// requests, streams, passkeys.
import init, { start } from "./afterword-admin.js";
import { clean, prepare } from "./lib/clean.js";
import { formats } from "./lib/intl.js";
import { listen, request } from "./lib/http.js";
import * as passkeys from "./lib/passkeys.js";
import { sentences } from "./lib/said.js";
import { languages, texts } from "./lib/texts.js";

const waiting = document.getElementById("waiting");
// Who waits is told so, but not who needn't.
const patience = setTimeout(() => (waiting.hidden = false), 700);

// Where storage is forbidden it lasts as long as the page.
const refused = new Map();
const read = (name) => {
  try {
    return localStorage.getItem(name) ?? refused.get(name);
  } catch {
    return refused.get(name);
  }
};
const keep = (name, text) => {
  try {
    if (text == null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    refused.delete(name);
  } catch {
    if (text == null) refused.delete(name);
    else refused.set(name, text);
  }
};

const LANG = "afterword:admin:lang";
/** From now on in that language; without one, in the browser's. */
const speak = (lang) => {
  keep(LANG, lang || null);
  const here = new URL(location);
  here.searchParams.delete("lang");
  // What isn't kept is said in the address.
  if (refused.has(LANG)) here.searchParams.set("lang", lang);
  if (here.href == location.href) location.reload();
  else location.replace(here);
};

/** Whether the browser lets itself be asked to. */
const copy = (text) => {
  navigator.clipboard?.writeText(text).catch(() => {});
  return !!navigator.clipboard;
};
// To no page but of that origin, whatever has come into the other window meanwhile.
const hand = (origin, code) => {
  if (!window.opener) return false;
  window.opener.postMessage({ type: "afterword:moderator", code }, origin);
  close();
  return true;
};
const address = (path) => new URL(path.replace(/^\//, ""), document.baseURI).href;
const save = (name, json) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Browsers read it a little later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
const BROWSERS = [
  ["Edge", /Edg/],
  ["Opera", /OPR/],
  ["Samsung Internet", /SamsungBrowser/],
  ["Firefox", /Firefox|FxiOS/],
  ["Chrome", /Chrome|CriOS/],
  ["Safari", /Safari/],
];
const SYSTEMS = [
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux/],
];
/** As people call it; what is neither stays as it is. */
const device = (agent) => {
  const [browser, system] = [BROWSERS, SYSTEMS].map((all) => all.find(([, it]) => it.test(agent)));
  return browser && system ? `${browser[0]} · ${system[0]}` : agent;
};
const secret = () =>
  "whsec_" + btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
const later = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();

let failed = "These pages could not be loaded. Try again.";
/** In whose language it is, as soon as that is known. */
const told = (all) => {
  waiting.textContent = all.messages.loading;
  failed = all.messages["not-loaded"];
  return all;
};

try {
  const module = new URL("afterword-admin_bg.wasm", import.meta.url);
  const [{ lang, locale, dir, messages }] = await Promise.all([
    texts(read(LANG)).then(told),
    init({ module_or_path: module }),
    prepare(),
  ]);
  document.documentElement.lang = lang;
  document.documentElement.dir = dir;
  const text = (key) => messages[key];
  const written = formats(lang, locale);
  const host = { ...written, ...passkeys, said: sentences(messages, written) };
  const chosen = () => read(LANG) ?? "";
  const choice = { text, languages, chosen, speak, address };
  const more = { copy, hand, save, later, secret, device };
  start({ ...host, ...choice, ...more, request, listen, clean, read, keep });
  waiting.remove();
  // Pages stay open for hours, and what was a minute ago does not.
  setInterval(() => {
    for (const it of document.querySelectorAll("time")) {
      const text = written.ago(it.dateTime);
      if (it.textContent != text) it.textContent = text;
    }
  }, 30000);
} catch (error) {
  waiting.hidden = false;
  waiting.textContent = failed;
  throw error;
} finally {
  clearTimeout(patience);
}
