// What every tool begins with.
import english from "../english.json";
import { dress } from "./style.js";

/** A language as browsers know it: some pages write `pt_BR`, and a wrong tag is no reason to fail. */
const known = (lang) => {
  try {
    return Intl.getCanonicalLocales(lang.replace(/_/g, "-"))[0];
  } catch {
    return "en";
  }
};

// The text of a key, in the form that the number `n` of the fields takes.
const texts =
  (messages, locale) =>
  (key, fields = {}) => {
    let form = "";
    if ("n" in fields) {
      const rules = new Intl.PluralRules(locale);
      form = "." + rules.select(fields.n);
    }
    const from = (texts) => texts?.[key + form] ?? texts?.[key + ".other"] ?? texts?.[key];
    const text = from(messages) ?? from(english) ?? key;
    return text.replace(/\{(\w+)\}/g, (field, name) => fields[name] ?? field);
  };

/** A tool: `open` is called with its context as soon as its style is there. */
export const tool = (open) => async (given) => {
  const { options, root, detail, runs, signal } = given;
  const lang = known(options.lang || "en");
  // English is all there is where a language has no file.
  const locale = options.messages ? lang : "en";
  // What a tool puts beside the thread goes in the thread's direction, which need not be the page's.
  root.dir = options.messages?.dir ?? "ltr";
  const run = (command, ...rest) => runs(command, rest);
  const context = {
    ...options,
    lang,
    locale,
    root,
    detail,
    signal,
    site: options.site ?? "",
    page: options.pageId,
    text: texts(options.messages, locale),
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
  // The widget may be gone by then.
  if (!signal?.aborted) return open(context);
};
