// What a comment said before it was edited, and what has changed.
import { at, call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { diff } from "./lib/diff.js";
import { proofOf } from "./lib/own.js";
import { tool } from "./lib/tool.js";

const KINDS = { "=": "span", "-": "del", "+": "ins" };

const changes = (before, after, lang) =>
  diff(before, after, lang).map(([kind, words]) => make(KINDS[kind], {}, words));

export default tool(async (context) => {
  const { text, lang, locale, detail } = context;
  const wait = make("p", { role: "status" }, text("tool-wait"));
  const box = dialog(context, text("tool-history"), wait);
  const body = box.querySelector(".dialog-body");
  let versions, withheld;
  try {
    ({ versions, withheld } = await call(context, at(detail) + "/history", {
      // What others don't see, its author does.
      headers: proofOf(context, detail),
    }));
    if (!Array.isArray(versions)) throw text("tool-fail-server");
  } catch (error) {
    if (typeof error != "string") throw error;
    body.replaceChildren(make("p", { className: "tool-trouble", role: "alert" }, error));
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
    make("p", { className: "tool-hint" }, text("tool-history-hint")),
    make("ol", { className: "versions", role: "list", reversed: true }, ...items.reverse()),
  );
});
