// Offers what can stand at the caret: `@` the names of the people in this thread, `:` emoji.
import { make } from "../lib/dialog.js";
import { replace } from "./edit.js";
import { plain } from "./quoting.js";

/** How many are offered at a time. */
const MOST = 8;

let lists = 0;

/** The names in a thread, the latest first on the screen first. */
const names = (root) => {
  const authors = root.querySelectorAll(".comment-author:not(.is-anonymous)");
  return [...new Set([...authors].map((it) => it.textContent.trim()))].filter(Boolean);
};

// What is being written: how it begins, and who knows how it may go on. A promise of entries.
const SOURCES = [
  [
    /(?:^|[\s(>])(@[\p{L}\p{M}\p{N}\u200c\u200d_.-]{0,30})$/u,
    ({ root }, typed) => {
      const begin = typed.slice(1).toLowerCase();
      const fits = (name) => name.toLowerCase().split(/\s+/).some((word) => word.startsWith(begin));
      return names(root)
        .filter(fits)
        .map((name) => ({ text: `@${plain(name)} `, shown: "@" + name }));
    },
  ],
  [
    /(?:^|[\s(>])(:[a-z0-9_+-]{2,30})$/i,
    async (_, typed) => {
      const { named } = await import("../emoji/data.js");
      const found = await named(typed.slice(1).toLowerCase(), MOST);
      return found.map(({ emoji, code }) => ({ text: emoji + " ", shown: `:${code}:`, sign: emoji }));
    },
  ],
];

/** Offers entries for a field, in a list at `place`. `onKey` says whether a key was the list's. */
export const complete = (context, field, place) => {
  const id = `suggestions-${++lists}`;
  const list = make("ul", { id, className: "suggestions", role: "listbox", hidden: true });
  list.setAttribute("aria-label", context.text("tool-suggestions"));
  place.append(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  let entries = [];
  let chosen = 0;
  let from = 0;
  // Which question is the latest.
  let question = 0;

  const close = () => {
    question++;
    entries = [];
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    chosen = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at == index));
    field.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const take = (index) => {
    const { text } = entries[index];
    const to = field.selectionStart;
    close();
    replace(field, from, to, text);
  };
  const show = (found) => {
    const wasOpen = entries.length;
    entries = found.slice(0, MOST);
    list.replaceChildren(
      ...entries.map(({ shown, sign }, index) => {
        const item = make("li", { id: `${id}-${index}`, className: "suggestion", role: "option" });
        if (sign) item.append(make("span", { ariaHidden: "true" }, sign), " ");
        item.append(make("bdi", {}, shown));
        item.onpointerdown = (event) => event.preventDefault();
        item.onclick = () => take(index);
        return item;
      }),
    );
    list.hidden = false;
    choose(0);
    if (!wasOpen) context.say(context.text("tool-suggested", { n: entries.length }));
  };
  const ask = async () => {
    const { selectionStart, selectionEnd, value } = field;
    const line = value.slice(Math.max(0, selectionStart - 60), selectionStart);
    const asked = ++question;
    if (selectionStart == selectionEnd)
      for (const [pattern, find] of SOURCES) {
        const typed = pattern.exec(line)?.[1];
        if (typed == null) continue;
        // Without a connection there is nothing to offer, and nothing is lost.
        const found = await Promise.resolve(find(context, typed)).catch(() => []);
        if (asked != question) return;
        from = selectionStart - typed.length;
        if (found.length) return show(found);
      }
    close();
  };
  // What is being composed as well: on many keyboards all is.
  field.addEventListener("input", ask);
  field.addEventListener("blur", close);
  field.addEventListener("click", () => entries.length && ask());

  const onKey = (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const { length } = entries;
    switch (event.key) {
      case "ArrowDown":
        choose((chosen + 1) % length);
        break;
      case "ArrowUp":
        choose((chosen + length - 1) % length);
        break;
      case "Enter":
      case "Tab":
        take(chosen);
        break;
      case "Escape":
        // A dialog that holds the comments stays open.
        event.stopPropagation();
        close();
        break;
      default:
        if (/^(Arrow|Home|End|Page)/.test(event.key)) close();
        return;
    }
    event.preventDefault();
    return true;
  };
  return { onKey };
};
