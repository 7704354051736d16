// Texts as quotations, in Markdown.
import { make } from "../lib/dialog.js";
import { recall } from "./caret.js";
import { block } from "./edit.js";

/** What is longer is no quotation. */
export const MOST = 2000;

/** Stands where a spoiler begins and ends, until the text is Markdown. */
const COVER = "\ue000";

const cover = (element) => {
  const words = element.textContent.trim();
  // What is empty covers nothing.
  element.replaceChildren(words && COVER + words + COVER);
};

/** The words of a part of the page, paragraph by paragraph. */
export const wordsOf = (fragment) => {
  const box = make("div", {}, fragment);
  for (const it of box.querySelectorAll("script, style, template, [hidden], .visually-hidden")) it.remove();
  for (const it of box.querySelectorAll("br")) it.replaceWith("\n");
  for (const it of box.querySelectorAll("img")) it.replaceWith(it.alt);
  for (const it of box.querySelectorAll(".spoiler")) cover(it);
  for (const it of box.querySelectorAll("p, li, blockquote, pre, h1, h2, h3, h4, h5, h6, tr, div")) it.append("\n\n");
  return box.textContent.trim();
};

/** What a person wrote or is called, so that none of it is taken for Markdown. */
export const plain = (text) =>
  text
    .replace(/[\\`*[\]<>~|]/g, "\\$&")
    // Between letters it is a letter.
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(\s*)([#+-]|\d+[.)])(?=\s)/gm, "$1\\$2")
    .replace(/:(?=[a-z0-9_+-]+:)/gi, "\\:")
    .replaceAll(COVER, "||");

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

/** Waits until a reply's field is there. */
const fieldOf = (comment) =>
  new Promise((resolve) => {
    const until = Date.now() + 2000;
    const look = () => {
      const field = comment.closest("li")?.querySelector(":scope > .composer textarea");
      if (field || Date.now() > until) resolve(field);
      else requestAnimationFrame(look);
    };
    look();
  });

/** Puts a quotation into a field, and the caret behind it. */
export const into = ({ text, say }, field, words) => {
  recall(field);
  block(field, words);
  field.scrollIntoView({ block: "center" });
  say(text("tool-quoted"));
};

/** Quotes words of a comment in an answer to it. */
export const answer = async (context, comment, words) => {
  const name = comment.querySelector(".comment-author")?.textContent;
  context.run("answer", comment.id.replace(/^comment-/, ""));
  const field = await fieldOf(comment);
  if (!field) return;
  if (words) into(context, field, quotation(words, { name }));
  else recall(field);
};

/**
 * All that a comment says itself: what it quotes would be taken for its author's words. Too much of
 * it is cut short.
 */
export const whole = (comment) => {
  const { childNodes } = comment.querySelector(".comment-body");
  const own = [...childNodes].filter((it) => it.nodeName != "BLOCKQUOTE");
  const part = document.createDocumentFragment();
  part.append(...own.map((it) => it.cloneNode(true)));
  const words = [...wordsOf(part)];
  return words.length > MOST ? words.slice(0, MOST).join("").trim() + "…" : words.join("");
};
