// Asks how the author of a comment is to be banned.
import { dialog, make } from "./dialog.js";
import { button, buttons, submit, trouble, work } from "./form.js";

const DAY = 86_400_000;
const TIMES = { day: DAY, week: 7 * DAY, ever: 0 };

/** `send` gets the bans, and what becomes of the comment; it throws a sentence. */
export const ban = (context, send) => {
  const { text } = context;
  const choices = (name, title, values) =>
    make(
      "fieldset",
      {},
      make("legend", {}, text(title)),
      ...values.map((value, index) =>
        make(
          "label",
          { className: "choice" },
          make("input", { type: "radio", name, value, checked: !index }),
          text("tool-ban-" + value),
        ),
      ),
    );
  const check = (name) =>
    make(
      "label",
      { className: "choice" },
      make("input", { type: "checkbox", name }),
      text("tool-ban-" + name),
    );
  const problem = trouble();
  const form = make(
    "form",
    { className: "tool-form", noValidate: true },
    choices("who", "tool-ban-who", ["person", "network", "author"]),
    choices("time", "tool-ban-time", Object.keys(TIMES)),
    check("spam"),
    check("shadow"),
    problem,
    buttons(
      submit(text("tool-ban-do")),
      button(text("tool-cancel"), () => box.close()),
    ),
  );
  const box = dialog(context, text("tool-ban"), form);
  work(form, problem, async () => {
    const given = new FormData(form);
    const span = TIMES[given.get("time")];
    const one = { kind: given.get("who"), shadow: given.has("shadow") };
    if (span) one.until = new Date(Date.now() + span).toISOString();
    await send({ bans: [one], ...(given.has("spam") && { then: "spam" }) });
    box.close();
  });
};
