// What every tool begins with.
import english from "../english.json";
import { dress } from "./style.js";

// The text of a key, in the form that the number `n` of the fields takes.
const texts =
  ({ lang, messages }) =>
  (key, fields = {}) => {
    let form = "";
    if ("n" in fields) {
      // English is all there is where a language has no file.
      const rules = new Intl.PluralRules(messages && lang ? lang : "en");
      form = "." + rules.select(fields.n);
    }
    const from = (texts) => texts?.[key + form] ?? texts?.[key + ".other"] ?? texts?.[key];
    const text = from(messages) ?? from(english) ?? key;
    return text.replace(/\{(\w+)\}/g, (field, name) => fields[name] ?? field);
  };

/** A tool: `open` is called with its context as soon as its style is there. */
export const tool = (open) => async (given) => {
  const { options, root, detail, runs, signal } = given;
  const run = (command, ...rest) => runs(command, rest);
  const context = {
    ...options,
    root,
    detail,
    signal,
    site: options.site ?? "",
    page: options.pageId,
    text: texts(options),
    run,
    say: (text) => {
      const region = root.querySelector("dialog[open] > .dialog-said");
      if (region) region.textContent = text;
      else run("say", text);
    },
    clean: (element, html) => run("clean", element, html),
  };
  // Without its style it works all the same.
  await dress(root).catch(console.warn);
  return open(context);
};
