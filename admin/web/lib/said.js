// What the server says by codes: the sentence of a code, with what belongs to it.

/** What stands before a word of the classifier's that is not of the text, and the key of its name. */
const KINDS = { name: "name", link: "link", links: "kind-links", website: "website" };

/**
 * The text of a code, or nothing where there is none: that of `prefix + code`, or else of the code alone.
 * `json` has what belongs to it: `n` chooses the form, `time` is in seconds.
 */
export const sentences = (messages, { plural, number, duration, percent, list }) => {
  const shown = (name, value) => {
    if (name == "percent") return percent(value);
    if (name == "time") return duration(value);
    if (typeof value == "number") return number(value);
    return Array.isArray(value) ? list(value.map(word)) : value;
  };
  // A word of the classifier's.
  const word = (it) => {
    if (!it.word) return it;
    const [kind, rest] = it.word.split(/:(.*)/);
    const name = rest && messages[KINDS[kind]];
    return `${name ? `${name}: ${rest}` : it.word} ${percent(it.percent)}`;
  };
  return (prefix, code, json) => {
    const values = JSON.parse(json) ?? {};
    const find = (key) =>
      messages[`${key}.${plural(values.n)}`] ?? messages[key + ".other"] ?? messages[key];
    const text = find(prefix + code) ?? find(code);
    const fill = (whole, name) => (name in values ? shown(name, values[name]) : whole);
    return text?.replace(/\{(\w+)\}/g, fill);
  };
};
