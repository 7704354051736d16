// What the reader has begun to write in this thread.
import { at, call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { button, buttons, trouble } from "./lib/form.js";
import { draftsOf, endings, forget, read } from "./lib/storage.js";
import { tool } from "./lib/tool.js";
import { excerpt } from "./lib/words.js";

const EXCERPT = 160;
/** How long a comment may take to be shown that has been loaded, in milliseconds. */
const PATIENCE = 20_000;

export default tool((context) => {
  const { root, text, run, say, signal } = context;
  const isLocal = context.backend == "local";
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
  const go = async (key, item) => {
    const isThere = () => !key.includes(":") || articleOf(key);
    if (!isThere()) {
      const problem = item.querySelector(".tool-trouble");
      problem.textContent = "";
      try {
        // It may be gone, and the reader stays here then.
        if (!isLocal) await call(context, at(idOf(key)));
      } catch (sentence) {
        problem.textContent = sentence;
        return;
      }
    }
    // Somebody may have thought better of it meanwhile.
    if (!box.isConnected) return;
    box.close();
    if (!isThere()) {
      // By its address, or anew if that is the page's already.
      run("follow");
      location.hash = "comment-" + idOf(key);
      const until = Date.now() + PATIENCE;
      // What stands around it may still be on its way.
      while (!articleOf(key)?.matches(".is-target")) {
        if (Date.now() > until || signal?.aborted) return;
        await new Promise(requestAnimationFrame);
      }
    }
    run("draft", key);
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
      button(text("tool-draft-go"), () => go(key, item)),
      button(text("tool-draft-throw"), ask),
    ];
    const actions = buttons(...normal);
    const item = make(
      "li",
      { className: "tool-item" },
      make("strong", {}, titleOf(key)),
      make("p", { className: "tool-excerpt", dir: "auto" }, excerpt(draft.text, EXCERPT)),
      trouble(),
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
