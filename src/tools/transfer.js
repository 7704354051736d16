// Takes the reader's own comments to another device, or from it: their edit tokens, under a code that
// is good once and for ten minutes.
import { call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { button, buttons, submit, trouble, work } from "./lib/form.js";
import { endings, read, tokensOf, write } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

// As many as the protocol carries; the latest count, and ids sort by time.
const MOST = 150;

const grouped = (code) => code.replace(/^(.{4})/, "$1-");

/** What gives a code. */
const give = (context) => {
  const { text, say } = context;
  const prefix = tokensOf(context);
  // What is one's own by signing in is so wherever one does.
  const ids = endings(prefix).filter((id) => read(prefix + id)).sort().slice(-MOST);
  const section = make("section", { className: "tool-section" }, make("h3", {}, text("tool-give")));
  if (!ids.length) {
    section.append(make("p", { className: "tool-hint" }, text("tool-give-none")));
    return section;
  }
  const problem = trouble();
  const form = make(
    "form",
    { className: "tool-form" },
    make("p", { className: "tool-hint" }, text("tool-give-hint", { n: ids.length })),
    problem,
    buttons(submit(text("tool-give-code"))),
  );
  work(form, problem, async () => {
    const tokens = ids.map((id) => ({ id, edit_token: read(prefix + id) ?? "" }));
    const { code } = await call(context, "/transfers", {
      body: { tokens: tokens.filter((it) => it.edit_token) },
    });
    if (typeof code != "string" || !code) throw text("tool-fail-server");
    const shown = make("output", { className: "code", dir: "ltr", tabIndex: -1 }, grouped(code));
    // Letter by letter, or a screen reader makes a word of it.
    shown.ariaLabel = [...code].join(" ");
    form.replaceWith(shown, make("p", { className: "tool-hint" }, text("tool-code-hint")));
    shown.focus();
    say(text("tool-code-hint"));
  });
  section.append(form);
  return section;
};

/** What takes a code. */
const take = (context, close) => {
  const { text, run } = context;
  const problem = trouble();
  const field = make("input", {
    className: "field code-field",
    name: "code",
    autocomplete: "one-time-code",
    autocapitalize: "characters",
    spellcheck: false,
    maxLength: 20,
    dir: "ltr",
  });
  const form = make(
    "form",
    { className: "tool-form", noValidate: true },
    make("label", { className: "tool-field" }, text("tool-take-code"), field),
    problem,
    buttons(submit(text("tool-take-go"))),
  );
  work(form, problem, async () => {
    const code = field.value.trim();
    if (!code) {
      field.focus();
      throw text("tool-take-empty");
    }
    try {
      const { tokens } = await call(context, "/transfers/fetch", { body: { code } });
      if (!Array.isArray(tokens)) throw text("tool-fail-server");
      const prefix = tokensOf(context);
      const isToken = ({ id, edit_token }) =>
        /^[\w-]{1,64}$/.test(id) && typeof edit_token == "string" && edit_token;
      const taken = tokens.filter(isToken);
      for (const { id, edit_token } of taken)
        if (!write(prefix + id, edit_token)) throw text("tool-take-full");
      run("own");
      const line = make("p", { tabIndex: -1 }, text("tool-taken", { n: taken.length }));
      form.replaceWith(line, buttons(button(text("tool-close"), close)));
      line.focus();
    } catch (error) {
      field.select();
      throw error;
    }
  });
  return make("section", { className: "tool-section" }, make("h3", {}, text("tool-take")), form);
};

export default tool((context) => {
  const box = dialog(
    context,
    context.text("tool-transfer"),
    give(context),
    take(context, () => box.close()),
  );
});
