// The texts of a language.

// The names of the files: `cargo xtask stage` tells them.
const FILES = LOCALES;

const find = (tag) => {
  const wanted = tag.toLowerCase() + "-";
  const found = FILES.filter((file) => wanted.startsWith(file.toLowerCase() + "-"));
  return found.sort((a, b) => b.length - a.length)[0];
};

const load = async (file) => {
  const answer = await fetch(new URL(`locales/${file}.json`, import.meta.url));
  if (!answer.ok) throw Error(answer.status);
  return answer.json();
};

/** The texts in the first language that there is of those that somebody wants; English fills gaps. */
export const texts = async (chosen) => {
  const asked = new URLSearchParams(location.search).get("lang");
  const wanted = [asked, chosen, ...navigator.languages].filter(Boolean);
  const lang = wanted.map(find).find(Boolean) ?? "en";
  const [english, own] = await Promise.all([
    load("en"),
    lang == "en" ? {} : load(lang).catch(() => ({})),
  ]);
  const { dir = "ltr", ...messages } = { ...english, ...own };
  return { lang, dir, messages };
};
