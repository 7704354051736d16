// Names of people in the thread, where a comment mentions them (`@Ana`): each leads to the last that the
// person has said before. It is done while nothing else is, and what somebody selects is left alone.
import { tool } from "./lib/tool.js";

/** What may stand before a mention, and not right behind it: elsewhere it is part of an address. */
const LETTER = /[\p{L}\p{M}\p{N}_]/u;
/** How long one may be at it at a time, in milliseconds. */
const SLICE = 8;
/** Names that are longer are no names. */
const MOST = 100;

const rest = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));

/** 0 of what is on its way. */
const numberOf = (article) => +article?.querySelector(".comment-number")?.textContent.slice(1) || 0;

/** Who has written what: for each name, in lower case, the numbers of the comments and their ids. */
const people = (root) => {
  const all = new Map();
  for (const author of root.querySelectorAll(".comment-author:not(.is-anonymous)")) {
    const article = author.closest("article.comment");
    const number = numberOf(article);
    const name = author.textContent.toLowerCase();
    if (!number || !name || name.length > MOST) continue;
    if (!all.has(name)) all.set(name, []);
    all.get(name).push([number, article.id]);
  }
  return all;
};

/** The name that stands at the beginning of a text, the longest that there is. */
const nameAt = (words, all, lengths) => {
  const low = words.toLowerCase();
  return lengths.find((length) => all.has(low.slice(0, length)) && !LETTER.test(words[length] ?? ""));
};

/** Id of the last comment before that number. */
const lastBefore = (comments, number) =>
  comments.reduce((last, it) => (it[0] < number && it[0] > (last?.[0] ?? 0) ? it : last), undefined)?.[1];

export default tool(({ root, run, signal }) => {
  if (root.dataset.mentions) return;
  root.dataset.mentions = "on";
  const waiting = new Set();
  let all, lengths, isDue;

  const link = (text, article) => {
    const number = numberOf(article) || Infinity;
    let at = text.data.indexOf("@");
    for (; at >= 0; at = text.data.indexOf("@", at + 1)) {
      if (at && LETTER.test(text.data[at - 1])) continue;
      const length = nameAt(text.data.slice(at + 1), all, lengths);
      const id = length && lastBefore(all.get(text.data.slice(at + 1, at + 1 + length).toLowerCase()), number);
      if (!id) continue;
      const name = text.splitText(at);
      const after = name.splitText(1 + length);
      const mention = document.createElement("a");
      mention.className = "mention";
      mention.href = "#" + id;
      // The address may be that one already.
      mention.onclick = () => run("follow");
      name.replaceWith(mention);
      mention.append(name);
      return link(after, article);
    }
  };

  const look = (body) => {
    const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode())
      if (texts.currentNode.data.includes("@") && !texts.currentNode.parentElement.closest("a, code, pre"))
        found.push(texts.currentNode);
    for (const text of found) link(text, body.closest("article.comment"));
  };

  const work = () => {
    isDue = false;
    if (signal.aborted) return;
    // What is selected would be so no longer.
    if (document.getSelection()?.type == "Range") return;
    const until = performance.now() + SLICE;
    for (const body of waiting) {
      if (performance.now() > until) return later();
      waiting.delete(body);
      if (!body.isConnected) continue;
      if (!all) {
        all = people(root);
        lengths = [...new Set([...all.keys()].map(({ length }) => length))].sort((a, b) => b - a);
      }
      look(body);
    }
    all = undefined;
  };
  const later = () => {
    if (isDue || !waiting.size) return;
    isDue = true;
    rest(work);
  };

  const find = (element) => {
    const bodies = element.matches?.(".comment-body") ? [element] : element.querySelectorAll?.(".comment-body");
    for (const body of bodies ?? []) if (body.textContent.includes("@")) waiting.add(body);
  };
  // A text that is shown anew, an edited one, is looked through again.
  const changed = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      const body = target.closest?.(".comment-body");
      if (body) find(body);
      else addedNodes.forEach(find);
    }
    later();
  });
  changed.observe(root, { childList: true, subtree: true });
  document.addEventListener("selectionchange", later, { signal });
  signal.addEventListener("abort", () => {
    changed.disconnect();
    delete root.dataset.mentions;
  });
  find(root);
  later();
});
