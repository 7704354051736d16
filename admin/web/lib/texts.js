// The texts of a language, and which languages there are.
import { find } from "../../../src/locales.js";

// By the names of the files: what a language calls itself, and how it is written. `cargo xtask stage`
// reads it in docs/languages.md.
const LANGUAGES = LOCALES;
const FILES = Object.keys(LANGUAGES);

const load = async (file) => {
  const answer = await fetch(new URL(`locales/${file}.json`, import.meta.url));
  if (!answer.ok) throw Error(answer.status);
  return answer.json();
};

const known = (tag) => find(tag, FILES);

/** Each language there is and its own name, by those names. */
export const languages = () => {
  const all = FILES.map((file) => [file, LANGUAGES[file][0]]);
  return all.sort(([, a], [, b]) => a.localeCompare(b));
};

/**
 * The texts in the first language that there is of those that somebody wants; English fills gaps.
 * `locale` is what numbers and dates are written by: de-AT where the browser says so.
 */
export const texts = async (chosen) => {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = [asked, chosen, ...navigator.languages].filter(Boolean);
  const lang = wanted.map(known).find(Boolean) ?? "en";
  const [english, own] = await Promise.all([
    load("en"),
    lang == "en" ? {} : load(lang).catch(() => ({})),
  ]);
  const locale = navigator.languages.find((tag) => known(tag) == lang) ?? lang;
  return { lang, locale, dir: LANGUAGES[lang][1], messages: { ...english, ...own } };
};
