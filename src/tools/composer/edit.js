// Changes to a text field, each as if it had been typed.

/** Puts a text in the place of what is selected. */
export const insert = (field, text) => {
  field.focus();
  // The only way that a reader can undo; to insert nothing is not known to all of them.
  const done = text
    ? document.execCommand("insertText", false, text)
    : field.selectionStart == field.selectionEnd || document.execCommand("delete");
  if (done) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(
    new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }),
  );
};

/** Puts a text in the place of a part, and selects what lies between two places of it. */
export const replace = (field, from, to, text, start = text.length, end = start) => {
  field.setSelectionRange(from, to);
  insert(field, text);
  field.setSelectionRange(from + start, from + end);
};

const selection = ({ value, selectionStart: from, selectionEnd: to }) => ({
  value,
  from,
  to,
  text: value.slice(from, to),
});

/** Puts marks around what is selected, or takes them away. */
export const wrap = (field, mark) => {
  let { value, from, to, text } = selection(field);
  // Blanks at the ends stay outside, or the marks would mark nothing.
  from += text.length - text.trimStart().length;
  text = text.trim();
  to = from + text.length;
  const { length } = mark;
  if (value.slice(from - length, from) == mark && value.slice(to, to + length) == mark)
    // `**` is around what `*` would be looked for.
    replace(field, from - length, to + length, text, 0, text.length);
  else if (text.length > 2 * length && text.startsWith(mark) && text.endsWith(mark))
    replace(field, from, to, text.slice(length, -length), 0, text.length - 2 * length);
  else replace(field, from, to, mark + text + mark, length, length + text.length);
};

/** Whether it is an address to link to. */
const isAddress = (text) => /^(https?:\/\/|mailto:)\S+$/.test(text);

/** Makes a link of what is selected: what is missing is selected then. */
export const link = (field, address = "") => {
  const { from, to, text } = selection(field);
  if (isAddress(text)) return replace(field, from, to, `[](${text})`, 1);
  const written = `[${text}](${address || "https://"})`;
  if (address) return replace(field, from, to, written);
  // Without words they come first.
  if (!text) return replace(field, from, to, written, 1);
  replace(field, from, to, written, text.length + 3, written.length - 1);
};

/** Makes code of what is selected: of lines a block. */
export const code = (field) => {
  const { value, from, to, text } = selection(field);
  if (!text.includes("\n")) return wrap(field, "`");
  const before = from && value[from - 1] != "\n" ? "\n" : "";
  const after = to < value.length && value[to] != "\n" ? "\n" : "";
  const end = text.endsWith("\n") ? "" : "\n";
  // Longer than any that stands in it.
  const longest = Math.max(2, ...(text.match(/`+/g) || []).map((it) => it.length));
  const fence = "`".repeat(longest + 1);
  // The caret is where the language's name belongs.
  const place = before.length + fence.length;
  replace(field, from, to, `${before}${fence}\n${text}${end}${fence}${after}`, place);
};

/** Begins each line that is selected with something, or no longer. */
export const lines = (field, mark) => {
  const { value, from, to } = selection(field);
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  let end = value.indexOf("\n", to);
  if (end < 0) end = value.length;
  const old = value.slice(begin, end).split("\n");
  const isMarked = old.every((line) => line.startsWith(mark));
  const marked = old.map((line) => (isMarked ? line.slice(mark.length) : mark + line)).join("\n");
  // A list that follows a paragraph at once would be one to nobody but a machine.
  const gap = !isMarked && mark != "> " && /[^\n]\n$/.test(value.slice(0, begin)) ? "\n" : "";
  const all = old.length > 1 || from != to;
  replace(field, begin, end, gap + marked, all ? gap.length : (gap + marked).length);
  if (all) field.setSelectionRange(begin + gap.length, begin + gap.length + marked.length);
};

/** Puts a block at the caret, with an empty line before and after it, where the caret is then. */
export const block = (field, text) => {
  const { value, to } = selection(field);
  const before = value.slice(0, to);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replace(field, to, to, `${gap}${text}\n\n`);
};

// A quotation's, a list's, a task's beginning.
const ITEM = /^(\s*(?:>\s?)*)([-*+] |(\d{1,8})([.)]) )?/;

/** A new line goes on with the list or the quotation that the caret is in; an empty item ends it. */
export const onEnter = (field, event) => {
  const { value, from, to } = selection(field);
  if (event.key != "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || from != to) return;
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  const line = value.slice(begin, from);
  const [all, quote, item, number, mark] = ITEM.exec(line);
  // The caret stands before the text, or there is no item.
  if (!all.trim()) return;
  event.preventDefault();
  if (line == all && !/^[^\n]*\S/.test(value.slice(from))) return replace(field, begin, from, "");
  insert(field, "\n" + quote + (number ? `${+number + 1}${mark} ` : item || ""));
};

/** An address that is pasted over words becomes their link. */
export const onPaste = (field, event) => {
  const text = event.clipboardData?.getData("text/plain").trim();
  const selected = selection(field).text;
  if (!selected || !isAddress(text) || isAddress(selected) || selected.includes("\n")) return;
  event.preventDefault();
  link(field, text);
};
