// Lets a field be as high as its text, where the style can't (`field-sizing`).

export const grow = (field) => {
  if (CSS.supports("field-sizing", "content")) return;
  let given = "";
  const fit = () => {
    // Somebody has drawn it larger.
    if (field.style.height != given) return;
    field.style.height = "";
    // As long as the text has room, nothing moves.
    given = field.scrollHeight > field.clientHeight ? field.scrollHeight + "px" : "";
    field.style.height = given;
  };
  // Not before somebody types: what is below may be about to be pressed.
  field.addEventListener("input", fit);
};
