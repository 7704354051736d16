// The composer for a new comment is drawn anew when it is known what it has to ask for: with the first
// comments, or after somebody has signed in.
import { caretOf, putCaret, remember } from "../composer/caret.js";

const NAMES = ["text", "author", "website", "email"];

/** Has what was typed into it stay, and the focus, with the caret where it was. */
export const steady = ({ root, signal }) => {
  let last;
  // A field that is gone may have forgotten its caret.
  const known = new WeakSet();
  const onFocus = ({ target }) => {
    last = target;
    if (!target.matches("textarea, input") || known.has(target)) return;
    known.add(target);
    remember(target);
  };
  root.addEventListener("focusin", onFocus, { signal });
  const take = (old) => {
    const form = root.querySelector(".thread > form.composer");
    if (!form || form == old) return;
    for (const name of NAMES) {
      const [from, to] = [old.elements[name], form.elements[name]];
      if (from?.value && to && !to.value) to.value = from.value;
    }
    // Nobody has gone on elsewhere.
    const isLost = document.activeElement == document.body;
    const field = old.contains(last) && isLost && form.elements[last.name];
    if (!field) return;
    // From now on it is that field which had the focus last.
    const [from, to] = caretOf(last) ?? [];
    field.focus({ preventScroll: true });
    // Of an address there is none.
    if (from != null) putCaret(field, from, to);
  };
  const changed = new MutationObserver((changes) => {
    for (const { removedNodes } of changes)
      for (const node of removedNodes) if (node.matches?.("form.composer")) take(node);
  });
  changed.observe(root.querySelector(".thread"), { childList: true });
  signal.addEventListener("abort", () => changed.disconnect());
};
