// What the reader has begun to write in this thread.
import { dialog, make } from "./lib/dialog.js";
import { button, buttons } from "./lib/form.js";
import { draftsOf, endings, forget, read } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

const EXCERPT = 160;

const excerptOf = (words) => {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > EXCERPT ? line.slice(0, EXCERPT).trimEnd() + "…" : line;
};

export default tool((context) => {
  const { root, text, run, say } = context;
  const prefix = draftsOf(context);
  const idOf = (key) => key.slice(key.indexOf(":") + 1);
  const articleOf = (key) =>
    key.includes(":") && root.querySelector(`[id="comment-${CSS.escape(idOf(key))}"]`);

  const titleOf = (key) => {
    if (key == "new") return text("tool-draft-new");
    if (key.startsWith("edit:")) return text("tool-draft-edit");
    const name = articleOf(key)?.querySelector(".comment-author")?.textContent;
    return name ? text("tool-draft-reply", { name }) : text("tool-draft-reply-unknown");
  };
  const go = (key) => {
    box.close();
    // What has not been loaded yet is loaded by its address, and has the composer then.
    if (key.includes(":") && !articleOf(key)) location.hash = "comment-" + idOf(key);
    else run("draft", key);
  };
  const throwAway = (key, item) => {
    forget(prefix + key);
    const field = root.querySelector(`[id="text-${CSS.escape(key)}"]`);
    if (field) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    run("count");
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    if (next) next.querySelector("button").focus();
    else {
      box.addEventListener("close", () => say(text("tool-draft-gone")));
      return box.close();
    }
    say(text("tool-draft-gone"));
  };
  const itemOf = (key) => {
    let draft;
    try {
      draft = JSON.parse(read(prefix + key));
    } catch {
      return;
    }
    if (typeof draft?.text != "string") return;
    const ask = () => {
      const keep = button(text("tool-draft-keep"), () => {
        actions.replaceChildren(...normal);
        actions.lastChild.focus();
      });
      const away = button(
        text("tool-draft-throw"),
        () => throwAway(key, item),
        "button button-danger",
      );
      actions.replaceChildren(make("span", { className: "tool-grow" }, text("tool-draft-sure")), away, keep);
      keep.focus();
    };
    const normal = [
      button(text("tool-draft-go"), () => go(key)),
      button(text("tool-draft-throw"), ask),
    ];
    const actions = buttons(...normal);
    const item = make(
      "li",
      { className: "tool-item" },
      make("strong", {}, titleOf(key)),
      make("p", { className: "tool-excerpt", dir: "auto" }, excerptOf(draft.text)),
      actions,
    );
    return item;
  };
  const items = endings(prefix).map(itemOf).filter(Boolean);
  const box = dialog(
    context,
    text("tool-drafts"),
    items.length
      ? make("ul", { className: "tool-list", role: "list" }, ...items)
      : make("p", {}, text("tool-drafts-none")),
  );
});
