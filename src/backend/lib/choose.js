// A dialog that asks how to sign in. Only who signs in brings it.
import { dialog, make } from "../../tools/lib/dialog.js";
import { button } from "../../tools/lib/form.js";
import { context } from "./ask.js";

/** Which of several services; none where the dialog is closed. */
export const choose = async (options, services) => {
  const open = await context(options);
  return new Promise((resolve) => {
    const chosen = (service) => {
      resolve(service);
      element.close();
    };
    // Names of services are the same in all languages.
    const named = (service) => service[0].toUpperCase() + service.slice(1);
    const all = services.map((service) => button(named(service), () => chosen(service)));
    const element = dialog(open, open.text("sign-in"), make("div", { className: "tool-buttons" }, ...all));
    element.addEventListener("close", () => resolve());
  });
};
