// Text and HTML. Nothing here runs or loads what it is given: the widget cleans all HTML again.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text as HTML. */
export const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);

/** What a server has escaped that sends text as HTML. */
export const unescape = (html) =>
  new DOMParser().parseFromString(String(html).replace(/</g, "&lt;"), "text/html").body.textContent;

/** The words of HTML. */
export const words = (html) =>
  new DOMParser().parseFromString(String(html), "text/html").body.textContent;

/** Typed text as HTML: paragraphs at blank lines, `<br>` at line breaks. */
export const paragraphs = (text) =>
  String(text)
    .split(/\n[^\S\n]*\n/)
    .filter((part) => part.trim())
    .map((part) => `<p>${escape(part.trim()).replace(/\n/g, "<br>")}</p>`)
    .join("");

const BYTES = { Latn: 1, Cyrl: 2, Grek: 2, Arab: 2, Hebr: 2, Armn: 2 };

/** How many bytes so many characters have in the page's language: where a server counts those. */
export const bytes = (characters, lang) => {
  try {
    const { script } = new Intl.Locale(lang.replace(/_/g, "-")).maximize();
    return characters * (BYTES[script] ?? 3);
  } catch {
    return characters;
  }
};
