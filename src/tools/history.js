// What a comment said before it was edited, and what has changed.
import { at, call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { diff } from "./lib/diff.js";
import { button, buttons } from "./lib/form.js";
import { moderation } from "./lib/moderation.js";
import { proofOf } from "./lib/own.js";
import { tool } from "./lib/tool.js";

const KINDS = { "=": "span", "-": "del", "+": "ins" };

const changes = (before, after, lang) =>
  diff(before, after, lang).map(([kind, words]) => make(KINDS[kind], {}, words));

// What everybody may read; or all of it, where a moderator asks.
const asked = async (context) => {
  const path = at(context.detail);
  const moderator = moderation(context.root);
  // What others don't see, its author does.
  if (!moderator) return call(context, path + "/history", { headers: proofOf(context, context.detail) });
  const { comment, versions } = await moderator.ask("GET", path).catch(({ sentence }) => {
    throw sentence;
  });
  return { versions: [...versions, { created: comment.edited ?? comment.created, text: comment.text }] };
};

const fill = async (context, box, body) => {
  const { text, lang, locale } = context;
  body.replaceChildren(make("p", { role: "status" }, text("tool-wait")));
  let versions, withheld;
  try {
    ({ versions, withheld } = await asked(context));
    if (!Array.isArray(versions)) throw text("tool-fail-server");
  } catch (error) {
    if (typeof error != "string") throw error;
    const again = button(text("tool-search-again"), () => {
      // The button is gone meanwhile.
      box.querySelector(".dialog-title").focus();
      fill(context, box, body);
    });
    body.replaceChildren(make("p", { className: "tool-trouble", role: "alert" }, error), buttons(again));
    return;
  }
  const texts = versions.map(({ text }) => String(text ?? ""));
  if (texts.length < 2 && !withheld) {
    body.replaceChildren(make("p", {}, text("tool-history-none")));
    return;
  }
  const times = new Intl.DateTimeFormat(locale, {
    dateStyle: "long",
    timeStyle: "short",
  });
  const told = (time) => {
    const date = new Date(time);
    return isNaN(date) ? "" : times.format(date);
  };
  const items = versions.map(({ created }, index) => {
    // The first of those that are shown may not be the first that there was.
    const label = index || withheld ? "tool-history-edited" : "tool-history-first";
    const words = index ? changes(texts[index - 1], texts[index], lang) : [texts[0]];
    return make(
      "li",
      { className: "version" },
      make(
        "p",
        { className: "version-head" },
        make("strong", {}, text(label)),
        " ",
        make("time", { dateTime: String(created) }, told(created)),
      ),
      make("div", { className: "version-text", dir: "auto" }, ...words),
    );
  });
  // What changed last is what one has come for.
  body.replaceChildren(
    ...(items.length > 1 ? [make("p", { className: "tool-hint" }, text("tool-history-hint"))] : []),
    make("ol", { className: "versions", role: "list", reversed: true }, ...items.reverse()),
    ...(withheld ? [make("p", { className: "tool-hint versions-end" }, text("tool-history-withheld"))] : []),
  );
};

export default tool(async (context) => {
  const box = dialog(context, context.text("tool-history"));
  await fill(context, box, box.querySelector(".dialog-body"));
});
