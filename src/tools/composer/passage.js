// A link to a passage of a page, by its words (a text fragment). Browsers look for whole words, and for
// none of its two ends in more than one block.
import { elementOf } from "../lib/dialog.js";
import { segments } from "../lib/words.js";

/** The most that a link spells out, in signs. */
const WHOLE = 80;
/** What an end has at least, where there is more: words, and signs of them. */
const WORDS = 4;
const SIGNS = 16;

const isWord = (segment) => /[\p{L}\p{N}]/u.test(segment);

/** What is no word ends a line, as a block does. */
const BREAKS = "br, wbr, ruby, img, svg, picture, video, audio, canvas, iframe, object, input, button";

const styleOf = (element) => {
  const { display, whiteSpace } = getComputedStyle(element);
  return {
    isBlock: !/^(inline|contents|ruby.*)$/.test(display),
    isPre: /^(pre|break)/.test(whiteSpace),
    // What says how signs are read is looked for by itself.
    isBeside: /^(none|ruby-text.*)$/.test(display),
  };
};

/**
 * The lines of the blocks that a range touches: `{ text, from, to }`, what is in the range being between
 * the last two.
 */
const linesOf = (range) => {
  let top = elementOf(range.commonAncestorContainer);
  while (top.parentElement && !styleOf(top).isBlock) top = top.parentElement;
  const lines = [];
  let line;
  const end = () => (line = undefined);
  const add = (text, from, to) => {
    if (!line) lines.push((line = { text: "" }));
    if (from < to) {
      line.from ??= line.text.length + from;
      line.to = line.text.length + to;
    }
    line.text += text;
  };
  const walk = (parent, isPre) => {
    for (const node of parent.childNodes) {
      if (node.nodeType == Node.TEXT_NODE) {
        const isIn = range.intersectsNode(node);
        let at = isIn && node == range.startContainer ? range.startOffset : 0;
        let rest = !isIn ? 0 : node == range.endContainer ? range.endOffset : node.length;
        for (const part of isPre ? node.data.split(/(?<=\n)/) : [node.data]) {
          add(part, Math.min(at, part.length), Math.min(rest, part.length));
          at = Math.max(0, at - part.length);
          rest = Math.max(0, rest - part.length);
          if (isPre && part.endsWith("\n")) end();
        }
      } else if (node.nodeType == Node.ELEMENT_NODE) {
        const { isBlock, isPre, isBeside } = styleOf(node);
        if (isBeside) continue;
        const isApart = isBlock || node.matches(BREAKS);
        if (isApart) end();
        walk(node, isPre);
        if (isApart) end();
      }
    }
  };
  walk(top, styleOf(top).isPre);
  return lines.filter(({ text, from, to }) => text.slice(from, to).trim() && from < to);
};

/** What of a line is in the range, and the rest of the words that it cuts. */
const widened = ({ text, from, to }, lang) => {
  while (/\s/.test(text[from])) from++;
  while (/\s/.test(text[to - 1])) to--;
  let [start, end] = [from, to];
  let at = 0;
  for (const segment of segments(text, lang)) {
    const next = at + segment.length;
    if (isWord(segment)) {
      if (at < from && from < next) start = at;
      if (at < to && to < next) end = next;
    }
    at = next;
  }
  // Where a word may be parted is no part of it.
  return text.slice(start, end).replace(/\s+/g, " ").replace(/\u00ad/g, "");
};

/** The first words of some, or the last ones. */
const ends = (words, lang, step) => {
  const all = segments(words, lang);
  let taken = "";
  let count = 0;
  for (const segment of step < 0 ? all.reverse() : all) {
    if (count >= WORDS && taken.length >= SIGNS && isWord(segment)) break;
    taken = step < 0 ? segment + taken : taken + segment;
    if (isWord(segment)) count++;
  }
  return taken.trim();
};

const encode = (text) =>
  // Half a sign is none; a hyphen and a comma mean something there.
  encodeURIComponent(text.replace(/\p{Cs}/gu, "")).replace(/[-()*'!]/g, (sign) => "%" + sign.charCodeAt(0).toString(16));

/** The end of a link to the page that leads to a range of it. */
export const fragment = (range) => {
  const { lang } = elementOf(range.startContainer).closest("[lang]") || {};
  const lines = linesOf(range).map((line) => widened(line, lang));
  if (!lines.length) return "";
  const [first, last] = [lines[0], lines.at(-1)];
  const [begin, end] = [ends(first, lang, 1), ends(last, lang, -1)];
  const isShort = first.length <= WHOLE || begin.length + end.length >= first.length;
  return "#:~:text=" + (lines.length == 1 && isShort ? encode(first) : `${encode(begin)},${encode(end)}`);
};
