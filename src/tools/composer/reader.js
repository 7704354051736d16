// Who writes, where readers can sign in.
import { make } from "../lib/dialog.js";
import { button } from "../lib/form.js";
import { leave } from "../lib/readers.js";
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

/** The same with our own server. Whoever has signed in there needs to type no name. */
export const greet = (context, place, who) => {
  const { text } = context;
  place.querySelector(".composer-reader")?.remove();
  place.closest("form").classList.toggle("is-signed-in", !!who);
  if (!who) {
    const open = button(text("sign-in"), () => context.run("tool", "login"), "text-button");
    if ("login" in place.dataset) place.append(make("p", { className: "composer-reader" }, open));
    return;
  }
  const { name, badge } = who;
  const known = { verified: "verified", staff: "staff" }[badge];
  place.append(
    make(
      "p",
      { className: "composer-reader" },
      make("bdi", {}, text("tool-signed-in", { name })),
      " ",
      ...(badge ? [make("bdi", { className: "comment-badge" }, known ? text(known) : badge), " "] : []),
      button(text("tool-sign-out"), () => leave(context), "text-button"),
    ),
  );
};
