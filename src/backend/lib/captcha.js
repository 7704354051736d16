// A dialog with an image to be read, or with the page of a service that looks whether somebody is a person.
import { dialog, make } from "../../tools/lib/dialog.js";
import { buttons, submit, trouble, work } from "../../tools/lib/form.js";
import { context } from "./ask.js";
import { Refusal } from "./refusal.js";

/** How often a service is asked whether it was satisfied, in milliseconds. */
const EVERY = 1000;

/**
 * Ends when somebody has solved it, and is a `Refusal` when they have not. `image` is what they shall read;
 * `verify` gives another one where they read wrongly. Without an image it is the page `frame`, until `isPassed`.
 */
export const solve = async (options, { image, frame, verify, isPassed }) => {
  const open = await context(options);
  return new Promise((resolve, reject) => {
    let isSolved = false;
    const solved = () => {
      isSolved = true;
      resolve();
      element.close();
    };
    const label = open.text("tool-captcha");
    const refusal = trouble();
    const field = make("input", {
      className: "field",
      name: "captcha",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: false,
      ariaLabel: label,
      ariaRequired: "true",
    });
    const picture = make("img", { className: "tool-captcha", alt: label });
    const show = (address) => {
      // Nothing is loaded for it.
      if (/^data:image\//.test(address)) picture.src = address;
    };
    const form = make("form", { className: "tool-form" }, picture, field, refusal);
    form.append(buttons(submit(open.text("tool-continue"))));
    work(form, refusal, async () => {
      const again = await verify(field.value).catch(reject);
      if (again === undefined) return solved();
      show(again);
      field.value = "";
      field.focus();
      throw open.text("tool-captcha-wrong");
    });
    const page = image ? form : make("iframe", { className: "tool-captcha", src: frame, title: label });
    if (image) show(image);
    const element = dialog(open, label, page);
    element.addEventListener("close", () => isSolved || reject(new Refusal("rate-limited", { limit: 60 })));
    if (image) return field.focus();
    const look = async () => {
      if (!element.isConnected) return;
      if (await isPassed().catch(() => false)) solved();
      else setTimeout(look, EVERY);
    };
    setTimeout(look, EVERY);
  });
};
