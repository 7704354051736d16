// What a reader selects: a part of a comment is quoted in an answer to it, a passage of the article in
// a comment of its own; and what others have said to that passage is found. Opened once, when something
// is selected for the first time; from then on it looks by itself.
import { answer, into, MOST, quotation, wordsOf } from "./composer/quoting.js";
import { fragment } from "./composer/passage.js";
import { elementOf, make } from "./lib/dialog.js";
import { tool } from "./lib/tool.js";

/** How long a selection has to stay as it is, in milliseconds: somebody may be drawing it still. */
const CALM = 250;

/** The selection as a range, wherever it is. */
const selected = (shadow) => {
  const selection = document.getSelection();
  const [composed] = selection?.getComposedRanges?.({ shadowRoots: [shadow] }) || [];
  if (composed) {
    if (composed.collapsed) return;
    const range = document.createRange();
    range.setStart(composed.startContainer, composed.startOffset);
    range.setEnd(composed.endContainer, composed.endOffset);
    return range;
  }
  const own = shadow.getSelection?.() || selection;
  if (own?.rangeCount && !own.isCollapsed) return own.getRangeAt(0);
};

/** What finds the comments that quote a passage: its first words. */
const sought = (words) => {
  const parts = words.match(/[\p{L}\p{M}\p{N}]{3,}/gu) || [];
  // In languages without blanks a word may be a sentence.
  return [...parts.slice(0, 8).join(" ")].slice(0, 60).join("");
};

const passageOf = ({ article, root }, range) => {
  const at = elementOf(range.commonAncestorContainer);
  // Comments are articles, too.
  if (root.contains(at)) return;
  const selector = article || "article, main";
  try {
    // What can be edited is not said yet, and our own element is no part of the article.
    if (!at?.closest(selector) || at.closest("input, textarea, [contenteditable], afterword-comments")) return;
  } catch {
    return;
  }
  return at;
};

export default tool((context) => {
  const { root, text, run, signal } = context;
  const shadow = root.getRootNode();
  const button = make("button", { type: "button", className: "button" });
  button.setAttribute("aria-keyshortcuts", "Alt+Q");
  const find = make("button", { type: "button", className: "button" }, text("tool-search-label"));
  const bar = make("div", { className: "quote-bar", popover: "manual" }, button, find);
  // The selection stays.
  bar.onpointerdown = (event) => event.preventDefault();
  root.append(bar);
  let quote, isScrolled;

  const hide = () => {
    quote = undefined;
    if (bar.matches(":popover-open")) bar.hidePopover();
  };
  const place = (range) => {
    const boxes = range.getClientRects();
    const box = boxes[boxes.length - 1] || range.getBoundingClientRect();
    if (!bar.matches(":popover-open")) bar.showPopover();
    const { offsetWidth: width, offsetHeight: height } = bar;
    const below = box.bottom + 8 + height < innerHeight;
    const top = below ? box.bottom + 8 : box.top - height - 8;
    const isRtl = getComputedStyle(elementOf(range.endContainer)).direction == "rtl";
    const left = isRtl ? box.left : box.right - width;
    bar.style.top = Math.max(8, Math.min(top, innerHeight - height - 8)) + "px";
    bar.style.left = Math.max(8, Math.min(left, innerWidth - width - 8)) + "px";
  };
  // Gives what has been offered, if anything: then the bar stays where it is, under the finger.
  const offer = () => {
    const range = selected(shadow);
    if (!range) return;
    const at = elementOf(range.commonAncestorContainer);
    const part = range.cloneContents();
    // A part of a spoiler is one.
    const covered = at?.closest(".comment-body .spoiler");
    if (covered) {
      const cover = covered.cloneNode();
      cover.append(...part.childNodes);
      part.append(cover);
    }
    const words = wordsOf(part);
    if (!words || words.length > MOST) return;
    const comment = at?.closest(".comment-body") && at.closest(".comment");
    if (comment && root.contains(comment)) {
      // Only what can be answered can be quoted.
      if (!comment.querySelector(".comment-actions")) return;
      button.textContent = text("tool-quote-comment");
      find.hidden = true;
      quote = () => answer(context, comment, words);
    } else if (passageOf(context, range)) {
      const field = root.querySelector(".thread > .composer textarea");
      if (!field) return;
      button.textContent = text("tool-quote-article");
      const canonical = document.querySelector("link[rel=canonical]")?.href;
      const page = (canonical || location.href).split("#")[0];
      const link = `[${text("tool-quote-source")}](${page}${fragment(range)})`;
      quote = () => into(context, field, quotation(words, { link }));
      const about = sought(words);
      find.hidden = !about;
      find.onclick = () => {
        hide();
        run("tool", "search", about);
      };
    } else return;
    button.title = `${button.textContent} (Alt+Q)`;
    place(range);
    return button.title;
  };
  let isTold;
  const look = () => {
    isScrolled = false;
    const title = offer();
    if (!title) return hide();
    // Once: who listens knows it from then on.
    if (!isTold) context.say(title);
    isTold = true;
  };
  const act = () => {
    const quotes = quote;
    hide();
    quotes?.();
  };
  button.onclick = act;

  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, CALM);
  };
  const onKey = (event) => {
    if (event.key == "Escape" && quote) hide();
    // By its place: with Alt, a Mac types another sign.
    if (!quote || !event.altKey || event.ctrlKey || event.metaKey || event.code != "KeyQ") return;
    event.preventDefault();
    act();
  };
  // It comes back beside the words as soon as they rest.
  const onScroll = () => {
    if (quote) isScrolled = true;
    hide();
    if (isScrolled) later();
  };
  document.addEventListener("selectionchange", later, { signal });
  document.addEventListener("keydown", onKey, { signal });
  document.addEventListener("scroll", onScroll, { signal, capture: true, passive: true });
  // No key leaves the widget.
  root.addEventListener("keydown", onKey, { signal });
  look();
});
