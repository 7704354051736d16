// Looking for something in the thread: a field below the heading, and what the server finds.
import { call } from "./lib/call.js";
import { make } from "./lib/dialog.js";
import { muted, read, tokensOf } from "./lib/storage.js";
import { tool } from "./lib/tool.js";
import { isComposing } from "./lib/typing.js";

// How long somebody may go on typing before the server is asked.
const PAUSE = 250;

const ask = async (context, q, cursor, signal) => {
  const { site, page, text } = context;
  const query = new URLSearchParams({ ...(site && { site }), page, q, ...(cursor && { cursor }) });
  const { results, next } = await call(context, "/search?" + query, { signal });
  if (!Array.isArray(results)) throw text("tool-fail-server");
  return { results, next };
};

const open = (context, opener) => {
  const { root, locale, messages, text, run, say } = context;
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const field = make("input", {
    type: "search",
    className: "field",
    id: "search-field",
    maxLength: 100,
    autocomplete: "off",
    enterKeyHint: "search",
  });
  const list = make("ol", { className: "found", role: "list" });
  const note = make("p", { className: "search-note" });
  const more = make("button", { type: "button", className: "button", hidden: true });
  more.textContent = text("tool-search-more");
  const close = make("button", { type: "button", className: "text-button" }, text("tool-close"));
  const panel = make(
    "search",
    { className: "search", role: "search" },
    make(
      "form",
      { className: "search-form" },
      make("label", { className: "visually-hidden", htmlFor: field.id }, text("tool-search-label")),
      field,
      close,
    ),
    note,
    list,
    more,
  );
  field.placeholder = text("tool-search-label");
  let going, waiting, next;

  const leave = () => {
    going?.abort();
    clearTimeout(waiting);
    panel.remove();
    opener.ariaExpanded = "false";
    opener.focus();
  };

  // A result leads to its comment by the page's address, as any link to a comment does.
  const row = ({ id, number, author, created, snippet }) => {
    const pieces = (Array.isArray(snippet) ? snippet : []).map((piece, index) =>
      index % 2 ? make("mark", {}, String(piece)) : String(piece),
    );
    const date = new Date(created);
    // Of muted people one line is left, as in the thread; one's own name is nobody else's.
    const isMuted = muted().includes(author) && !read(tokensOf(context) + id);
    const name = author ?? messages?.anonymous ?? "Anonymous";
    const told = isMuted ? (messages?.muted ?? "Muted: {name}.").replace("{name}", () => name) : name;
    const link = make(
      "a",
      { href: "#comment-" + id },
      make("bdi", { className: "comment-author" }, told),
      make("span", {}, isNaN(date) ? "" : dates.format(date)),
      make("span", { className: "comment-number" }, "#" + number),
    );
    link.onclick = () => run("follow");
    if (isMuted) return make("li", { className: "is-muted" }, link);
    return make("li", {}, link, make("p", { dir: "auto" }, ...pieces));
  };

  const tell = (words) => {
    note.textContent = words;
    say(words);
  };

  const search = async (cursor) => {
    clearTimeout(waiting);
    going?.abort();
    const q = field.value.trim();
    if (!cursor) {
      more.hidden = true;
      next = undefined;
    }
    if (!q) {
      list.replaceChildren();
      note.textContent = text("tool-search-hint");
      return;
    }
    going = new AbortController();
    const { signal } = going;
    panel.ariaBusy = "true";
    try {
      const found = await ask(context, q, cursor, signal);
      const rows = found.results.map(row);
      if (cursor) list.append(...rows);
      else list.replaceChildren(...rows);
      next = found.next;
      more.hidden = !next;
      const n = list.childElementCount;
      tell(
        n
          ? text(next ? "tool-search-found-first" : "tool-search-found", { n })
          : text("tool-search-none", { query: q }),
      );
      if (cursor) rows[0]?.firstChild.focus();
    } catch (error) {
      if (signal.aborted) return;
      if (!cursor) list.replaceChildren();
      tell(String(error));
      const again = make("button", { type: "button", className: "button" }, text("tool-search-again"));
      again.onclick = () => search(cursor);
      note.append(" ", again);
    } finally {
      if (going.signal == signal) panel.ariaBusy = "false";
    }
  };

  field.oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, PAUSE);
  };
  panel.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    await search();
    // A number leads there at once.
    if (/^#\d+$/.test(field.value.trim())) list.querySelector("a")?.click();
  };
  more.onclick = () => search(next);
  close.onclick = leave;
  panel.onkeydown = (event) => {
    if (event.key != "Escape" || isComposing(event)) return;
    event.stopPropagation();
    event.preventDefault();
    leave();
  };
  note.textContent = text("tool-search-hint");
  opener.closest(".thread-head").after(panel);
  opener.ariaExpanded = "true";
};

export default tool((context) => {
  const { root, detail } = context;
  const opener = root.querySelector(".search-open");
  if (!opener) return;
  if (!root.querySelector(".search")) open(context, opener);
  const panel = root.querySelector(".search");
  const field = panel.querySelector("input");
  if (typeof detail == "string") {
    field.value = detail;
    field.oninput();
  }
  field.select();
});
