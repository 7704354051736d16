// The keys of a thread, and the list of them. The widget calls this for one of them that was pressed
// in the thread and in no field.
import { EDITS, shortcut } from "./composer/toolbar.js";
import { dialog, make } from "./lib/dialog.js";
import { button } from "./lib/form.js";
import { tool } from "./lib/tool.js";

const KEYS = [
  ["j", "tool-key-next"],
  ["k", "tool-key-previous"],
  ["n", "tool-key-new"],
  ["r", "tool-key-reply"],
  ["/", "tool-key-search"],
  ["?", "tool-key-help"],
];

// Folded ones have no box, and of muted people there is nothing to be read.
const isSeen = (article) =>
  article.getClientRects().length > 0 && !article.classList.contains("is-muted");

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
  const { root, text } = context;
  const list = (keys) =>
    make(
      "dl",
      { className: "keys" },
      ...keys.map(([key, what]) =>
        make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, what)),
      ),
    );
  const edits = EDITS.filter(([, , key]) => key).map(([name, , key]) => [
    shortcut(key),
    text("tool-" + name),
  ]);
  // As the button says that does the same.
  const post = root.querySelector(".composer .button-primary")?.textContent;
  if (post) edits.push([shortcut("Enter"), post]);
  edits.push(["Alt+Q", text("tool-quote-comment")]);
  const moderate = button(text("tool-moderate"), () => {
    box.close();
    context.run("tool", "moderate");
  });
  const box = dialog(
    context,
    text("tool-keys"),
    make("p", { className: "keys-note" }, text("tool-keys-note")),
    list(KEYS.map(([key, name]) => [key, text(name)])),
    make("h3", { className: "keys-title" }, text("tool-format")),
    list(edits),
    ...(context.adapter ? [] : [make("p", { className: "tool-buttons" }, moderate)]),
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
