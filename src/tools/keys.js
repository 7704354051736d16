// The keys of a thread, and the list of them. The widget calls this for one of them that was pressed
// in the thread and in no field.
import { dialog, make } from "./lib/dialog.js";
import { tool } from "./lib/tool.js";

const KEYS = [
  ["j", "tool-key-next"],
  ["k", "tool-key-previous"],
  ["n", "tool-key-new"],
  ["r", "tool-key-reply"],
  ["/", "tool-key-search"],
  ["?", "tool-key-help"],
];

// Folded ones have no box.
const isSeen = (article) => article.getClientRects().length > 0;

/** Goes to the comment that stands so many places further in view. */
const go = (root, step) => {
  const articles = [...root.querySelectorAll("article.comment")];
  const active = root.getRootNode().activeElement;
  const here = active?.closest("article.comment") ?? active?.closest(".branch")?.firstElementChild;
  let place = articles.indexOf(here);
  if (place < 0 && step < 0) return;
  do place += step;
  while (articles[place] && !isSeen(articles[place]));
  articles[place]?.focus();
  articles[place]?.scrollIntoView({ block: "nearest" });
};

const help = (context) => {
  const { text } = context;
  const rows = KEYS.map(([key, name]) =>
    make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, text(name))),
  );
  dialog(
    context,
    text("tool-keys"),
    make("p", { className: "keys-note" }, text("tool-keys-note")),
    make("dl", { className: "keys" }, ...rows),
  );
};

export default tool((context) => {
  const { root, run, detail: key } = context;
  const active = root.getRootNode().activeElement;
  if (key == "j") go(root, 1);
  if (key == "k") go(root, -1);
  if (key == "n") run("next-new");
  if (key == "r") {
    const article = active?.closest("article.comment");
    if (article) run("reply", article.id.replace("comment-", ""));
  }
  if (key == "/") run("tool", "search");
  if (key == "?") help(context);
});
