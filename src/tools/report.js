// Tells the site's owner that a comment should not stand.
import { at, call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { button, buttons, submit, trouble, work } from "./lib/form.js";
import { tool } from "./lib/tool.js";

const REASONS = ["spam", "abuse", "off-topic", "other"];

/** What was typed and not sent, by the comments' ids. */
const begun = new Map();

export default tool((context) => {
  const { text, detail } = context;
  const choices = REASONS.map((reason, index) =>
    make(
      "label",
      { className: "choice" },
      make("input", { type: "radio", name: "reason", value: reason, checked: !index }),
      text("tool-reason-" + reason),
    ),
  );
  const words = make("textarea", { className: "field", name: "text", rows: 3, maxLength: 500, dir: "auto" });
  words.value = begun.get(detail) ?? "";
  words.oninput = () => begun.set(detail, words.value);
  const problem = trouble();
  const form = make(
    "form",
    { className: "tool-form", noValidate: true },
    make("fieldset", {}, make("legend", {}, text("tool-report-why")), ...choices),
    make("label", { className: "tool-field" }, text("tool-report-text"), words),
    problem,
    buttons(
      submit(text("tool-report-send")),
      button(text("tool-cancel"), () => box.close()),
    ),
  );
  work(form, problem, async () => {
    const reason = new FormData(form).get("reason");
    const said = words.value.trim();
    if (reason == "other" && !said) {
      words.focus();
      throw text("tool-report-needs-text");
    }
    await call(context, at(detail) + "/reports", { body: { reason, text: said } });
    begun.delete(detail);
    const sent = make("p", { tabIndex: -1 }, text("tool-report-sent"));
    form.replaceWith(sent, buttons(button(text("tool-close"), () => box.close())));
    sent.focus();
  });
  const box = dialog(context, text("tool-report"), form);
});
