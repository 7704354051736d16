// Texts as quotations, in Markdown.

/** What a person wrote or is called, so that none of it is taken for Markdown. */
export const plain = (text) =>
  text
    .replace(/[\\`*[\]<>~|]/g, "\\$&")
    // Between letters it is a letter.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(\s*)([#+-]|\d+[.)])(?=\s)/gm, "$1\\$2")
    .replace(/:(?=[a-z0-9_+-]+:)/gi, "\\:");

/** A quotation of a text, with who said it, or where it stands. */
export const quotation = (words, { name, link } = {}) => {
  const clean = words.replace(/\r/g, "").replace(/[^\S\n]+/g, " ").replace(/ ?\n\s*\n\s*/g, "\n\n").trim();
  const lines = (name ? `**${plain(name)}:** ` : "") + plain(clean);
  const all = link ? `${lines}\n\n${link}` : lines;
  return all
    .split("\n")
    .map((line) => ("> " + line.trim()).trim())
    .join("\n");
};

const encode = (text) =>
  // A hyphen and a comma mean something there.
  encodeURIComponent(text).replace(/[-()*'!]/g, (sign) => "%" + sign.charCodeAt(0).toString(16));

/** The most that a link spells out. */
const WHOLE = 80;

/** A link's end that leads to a passage of a page (a text fragment). */
export const fragment = (passage) => {
  const words = passage.replace(/\s+/g, " ").trim();
  if (words.length <= WHOLE) return "#:~:text=" + encode(words);
  const parts = words.split(" ");
  // A language without blanks, or a very long word.
  if (parts.length < 8) return "#:~:text=" + encode([...words].slice(0, WHOLE).join(""));
  return `#:~:text=${encode(parts.slice(0, 4).join(" "))},${encode(parts.slice(-4).join(" "))}`;
};
