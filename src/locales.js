// The texts of a language, from its file: brought with the Wasm, so that the loader needs to know
// none of them.

// The names of the files. `cargo xtask stage` writes them here.
const FILES = [];

// What some call a language whose file goes by another name (docs/languages.md). The server has the
// same in server/src/http/language/tags.rs, and both are held to locales.test.json.
const ALIASES = { no: "nb", iw: "he", in: "id", tl: "fil", sh: "sr-latn" };

const canonical = (tag) => {
  const [language, ...rest] = tag.trim().toLowerCase().split(/[-_]/);
  if (/^(zh|yue)$/.test(language)) {
    // A script decides before a region: zh-Hans-HK is simplified.
    const script = rest.find((part) => part.length == 4);
    const isTraditional = script
      ? script == "hant"
      : language == "yue" || rest.some((part) => /^(tw|hk|mo)$/.test(part));
    return isTraditional ? "zh-tw" : "zh";
  }
  return [ALIASES[language] ?? language, ...rest].join("-");
};

/** The name of the file for a language (BCP 47), "pt-BR" before "pt"; none where there is none. */
export const find = (tag, files = FILES) => {
  const wanted = canonical(tag) + "-";
  const found = files.filter((file) => wanted.startsWith(file.toLowerCase() + "-"));
  return found.sort((a, b) => b.length - a.length)[0];
};

/** The texts of a language by their keys; none where there is no file for it. */
export const load = async (tag) => {
  const file = find(tag);
  if (file) return get(`locales/${file}.json`);
};

/** The texts in English. */
export const english = () => get("english.json");

const get = async (file) => {
  const answer = await fetch(new URL(file, import.meta.url));
  if (answer.ok) return answer.json();
  throw Error(answer.status);
};
