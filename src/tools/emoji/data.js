// Emoji and their names, of the reader's language where there are any (`xtask/src/dist/emoji.rs`
// makes the files), loaded when somebody asks for one.

/* global LANGUAGES_OF_EMOJI */
const loaded = new Map();

const known = (lang) => {
  const name = lang.toLowerCase();
  const names = [name, name.split("-")[0]];
  return names.find((it) => LANGUAGES_OF_EMOJI.includes(it)) || "en";
};

/** All emoji, in their order: `{ emoji, group, label, words, codes, skins }`. */
export const load = (lang = "") => {
  const name = known(lang);
  if (!loaded.has(name)) {
    const file = fetch(new URL(`emoji-${name}.json`, import.meta.url)).then(async (found) => {
      if (!found.ok) throw Error(found.status);
      const rows = await found.json();
      return rows.map(([emoji, group, label, tags, codes, skins]) => ({
        emoji,
        group,
        label,
        codes: codes.split(" ").filter(Boolean),
        words: `${label} ${tags} ${codes}`.toLowerCase(),
        skins: skins ? skins.split(" ") : [],
      }));
    });
    loaded.set(name, file);
    file.catch(() => loaded.delete(name));
  }
  return loaded.get(name);
};

/** The emoji with that tone of skin: 0 for none, 1 (light) to 5 (dark). */
export const toned = ({ emoji, skins }, tone) => skins[tone - 1] || emoji;

/** Those whose words begin so, the ones that are called so first. */
export const search = (all, words) => {
  const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ label, codes, words }) => {
    const name = label.toLowerCase();
    const fits = parts.every((part) => words.includes(part));
    if (!fits) return 0;
    if (codes.includes(parts[0]) || name == parts.join(" ")) return 4;
    if (name.startsWith(parts[0]) || codes.some((code) => code.startsWith(parts[0]))) return 3;
    return parts.every((part) => ` ${words.replace(/_/g, " ")}`.includes(" " + part)) ? 2 : 1;
  };
  return all
    .map((entry) => [rank(entry), entry])
    .filter(([rank]) => rank)
    .sort(([a], [b]) => b - a)
    .map(([, entry]) => entry);
};

/** Those whose name between colons begins so, with that name, in the chosen tone. */
export const named = async (begin, most) => {
  const all = await load("en");
  const found = [];
  for (const entry of all) {
    const code = entry.codes.find((code) => code.startsWith(begin));
    if (code) found.push({ emoji: toned(entry, chosenTone()), code });
  }
  // The shortest is what was meant most likely.
  return found.sort((a, b) => a.code.length - b.code.length).slice(0, most);
};

// What this browser remembers. One that keeps nothing remembers nothing.
const RECENT = "afterword:emoji:recent";
const TONE = "afterword:emoji:tone";
const MOST_RECENT = 24;

const kept = (key) => {
  try {
    return localStorage.getItem(key) || "";
  } catch {
    return "";
  }
};
const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {}
};

export const recent = () => kept(RECENT).split(" ").filter(Boolean);
export const used = (emoji) =>
  keep(RECENT, [...new Set([emoji, ...recent()])].slice(0, MOST_RECENT).join(" "));
export const chosenTone = () => Math.min(5, Math.max(0, +kept(TONE) | 0));
export const chooseTone = (tone) => keep(TONE, tone);
