// Where the caret was in a field before something else took the focus. Browsers tell that themselves,
// but not of a field in a shadow whose page has another selection by then.
const carets = new WeakMap();

/** Remembers a field's caret from now on. */
export const remember = (field) => {
  const keep = () => carets.set(field, [field.selectionStart, field.selectionEnd]);
  for (const name of ["input", "keyup", "pointerup", "select"]) field.addEventListener(name, keep);
  // At the beginning it may never have been: WebKit says so of a field when the page has another
  // selection by then.
  if (field.selectionStart) keep();
};

/** Where it was, if anybody knows. */
export const caretOf = (field) => carets.get(field);

/** Puts it there. */
export const putCaret = (field, from, to) => {
  field.setSelectionRange(from, to);
  carets.set(field, [from, to]);
};

/** Gives a field the focus with the caret where it was; at the end if nobody knows. */
export const recall = (field) => {
  field.focus();
  const { length } = field.value;
  const [from, to] = carets.get(field) || [length, length];
  field.setSelectionRange(Math.min(from, length), Math.min(to, length));
};
