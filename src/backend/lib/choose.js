// A dialog that asks how to sign in. Only who signs in brings it.
import { dialog, make } from "../../tools/lib/dialog.js";
import { button } from "../../tools/lib/form.js";
import { context } from "./ask.js";
import { Refusal } from "./refusal.js";

/** Which of several services; a `Refusal` where it is none. */
export const choose = async (options, services) => {
  const open = await context(options);
  return new Promise((resolve, reject) => {
    const chosen = (service) => {
      resolve(service);
      element.close();
    };
    // Names of services are the same in all languages.
    const named = (service) => service[0].toUpperCase() + service.slice(1);
    const all = services.map((service) => button(named(service), () => chosen(service)));
    const element = dialog(open, open.text("sign-in"), make("div", { className: "tool-buttons" }, ...all));
    element.addEventListener("close", () => reject(new Refusal("login-required")));
  });
};
