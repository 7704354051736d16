// Lets a field be as high as its text, where the style can't (`field-sizing`).

export const grow = (field) => {
  if (CSS.supports("field-sizing", "content")) return;
  let given = "";
  const fit = () => {
    // Somebody has drawn it larger.
    if (field.style.height != given) return;
    field.style.height = "";
    field.style.height = given = field.scrollHeight + "px";
  };
  field.addEventListener("input", fit);
  fit();
};
