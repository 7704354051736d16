// Who writes, where readers can sign in.
import { make } from "../lib/dialog.js";
import { button } from "../lib/form.js";
import { sign } from "../lib/sign.js";

export const reader = (context) => {
  const { service, text } = context;
  const name = service.user?.();
  const press = (key, where) => button(text(key), () => sign(context, where), "text-button");
  return make(
    "p",
    { className: "composer-reader" },
    ...(name
      ? [text("tool-signed-in", { name }), " ", press("tool-sign-out", "out")]
      : [press("sign-in", "in")]),
  );
};
