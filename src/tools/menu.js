// The menu of what else can be done with a comment.
import { answer, whole } from "./composer/quoting.js";
import { make } from "./lib/dialog.js";
import { moderation } from "./lib/moderation.js";
import { tool } from "./lib/tool.js";

// How far it keeps from the edge of the window, in pixels.
const EDGE = 8;

/** Copies a text; false where the browser doesn't let it. */
const copy = async (words) => {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false;
  }
};

const addressOf = (id) => {
  const address = new URL(location.href);
  address.hash = "comment-" + id;
  return address.href;
};

/** Copies the link to a comment, or offers it to be copied by hand. */
const copyLink = async ({ root, text, say }, id, article) => {
  const address = addressOf(id);
  const copied = await copy(address);
  article.querySelector(".comment-copied")?.remove();
  const label = text(copied ? "tool-link-copied" : "tool-copy-this");
  const line = make("p", { className: "comment-copied" }, label);
  if (copied) {
    say(label);
    setTimeout(() => line.remove(), 4000);
  } else {
    const field = make("input", { className: "field", readOnly: true, value: address });
    field.setAttribute("aria-label", label);
    field.dir = "ltr";
    field.onblur = () => line.remove();
    line.append(" ", field);
    setTimeout(() => field.select());
  }
  const actions = article.querySelector(".comment-actions");
  if (actions) actions.after(line);
  else root.append(line);
};

/** Puts it below the button, or above where there is more room; always inside the window. */
const place = (menu, button) => {
  const at = button.getBoundingClientRect();
  // Browsers differ in what it is placed by: so it is placed somewhere first.
  menu.style.left = menu.style.top = "0";
  const from = menu.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const isRtl = getComputedStyle(button).direction == "rtl";
  const wide = document.documentElement.clientWidth;
  const high = document.documentElement.clientHeight;
  const left = Math.max(EDGE, Math.min(isRtl ? at.right - width : at.left, wide - width - EDGE));
  const isBelow = at.bottom + height + EDGE <= high || at.top < height + EDGE;
  menu.style.left = left - from.left + "px";
  menu.style.top = (isBelow ? at.bottom : at.top - height) - from.top + "px";
};

export default tool((context) => {
  const { root, text, run, say, detail } = context;
  const { id, name, items } = detail;
  const article = root.querySelector(`[id="comment-${CSS.escape(id)}"]`);
  const button = article?.querySelector(".comment-more");
  if (!button) return;
  const isOpen = button.ariaExpanded == "true";
  // One at a time, and the same button closes it.
  root.querySelector(".menu")?.close();
  if (isOpen) return;

  // What a moderator can do stands below what everybody can: who decides about it reports nothing.
  const deeds = moderation(root)?.deeds(article) ?? [];
  const shown = deeds.length ? items.filter((item) => item != "report") : items;
  const choose = (item) => {
    menu.close(true);
    if (deeds.includes(item)) moderation(root)?.act(item, id, article);
    else if (item == "copy-link") copyLink(context, id, article);
    else if (item == "quote") answer(context, article, whole(article));
    else if (item == "mute") {
      run("mute", name, id);
      say(text("tool-said-muted", { name }));
    } else run("tool", item, id);
  };
  const textOf = (item) => {
    if (deeds.includes(item)) return item == "edit" ? item : "tool-moderate-" + item;
    return item == "quote" ? "tool-quote-comment" : "tool-menu-" + item;
  };
  const menu = make(
    "div",
    { className: "menu", role: "menu", ariaLabel: button.ariaLabel },
    ...[...shown, ...deeds].map((item) =>
      make(
        "button",
        { type: "button", className: item == deeds[0] ? "menu-item is-apart" : "menu-item", role: "menuitem", tabIndex: -1, onclick: () => choose(item) },
        text(textOf(item), { name }),
      ),
    ),
  );
  const all = [...menu.children];
  const move = (by) => {
    const index = all.indexOf(root.getRootNode().activeElement);
    all[(index + by + all.length) % all.length].focus();
  };
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Home: () => all[0].focus(),
    End: () => all.at(-1).focus(),
    Escape: () => menu.close(true),
  };
  menu.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    // From the button it goes on as if there had been no menu.
    if (key == "Tab") return menu.close(true);
    if (key != "Enter" && key != " ") event.stopPropagation();
    if (keys[key]) {
      event.preventDefault();
      keys[key]();
    } else if (key.length == 1 && key != " ") {
      const from = all.indexOf(root.getRootNode().activeElement) + 1;
      const begins = (it) => it.textContent.toLowerCase().startsWith(key.toLowerCase());
      [...all.slice(from), ...all].find(begins)?.focus();
    }
  };
  const outside = (event) => {
    const path = event.composedPath();
    if (!path.includes(menu) && !path.includes(button)) menu.close();
  };
  const away = () => place(menu, button);
  menu.close = (goesBack) => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", away);
    button.ariaExpanded = "false";
    // It may have been drawn anew meanwhile.
    const back = button.isConnected ? button : (article.querySelector(".comment-more") ?? article);
    if (goesBack) back.focus();
  };
  // A widget that is taken off the page takes its menu along; and the focus may go elsewhere.
  menu.onfocusout = ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget) && relatedTarget != button) menu.close();
  };
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", away);
  root.append(menu);
  button.ariaExpanded = "true";
  place(menu, button);
  all[0].focus({ preventScroll: true });
  menu.scrollIntoView({ block: "nearest" });
});
