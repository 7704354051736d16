// The people whom the reader has muted in this browser.
import { dialog, make } from "./lib/dialog.js";
import { button } from "./lib/form.js";
import { muted } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

export default tool((context) => {
  const { text, run, say } = context;
  const names = muted().reverse();
  const none = () => make("p", { tabIndex: -1 }, text("tool-muted-none"));
  const items = names.map((name) => {
    const item = make("li", { className: "tool-row" }, make("bdi", { className: "tool-grow" }, name));
    const show = button(text("tool-unmute"), () => {
      run("unmute", name);
      say(text("tool-said-unmuted", { name }));
      const next = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      if (next) return next.querySelector("button").focus();
      const empty = none();
      list.replaceWith(empty);
      empty.focus();
    });
    show.ariaLabel = `${text("tool-unmute")} ${name}`;
    item.append(show);
    return item;
  });
  const list = items.length ? make("ul", { className: "tool-list", role: "list" }, ...items) : none();
  dialog(context, text("tool-muted"), make("p", { className: "tool-hint" }, text("tool-muted-hint")), list);
});
