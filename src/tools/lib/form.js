// What stands in dialogs.
import { make } from "./dialog.js";

/** A sentence about what did not work, told at once. Empty it takes no room. */
export const trouble = () => make("p", { className: "tool-trouble", role: "alert" });

/** The buttons at the end of a form, the one that Enter presses first. */
export const buttons = (...all) => make("div", { className: "tool-buttons" }, ...all);

export const button = (label, onclick, className = "button") =>
  make("button", { type: "button", className, onclick }, label);

export const submit = (label) => make("button", { className: "button button-primary" }, label);

/**
 * Does something that takes time for a form: once at a time, and what did not work is told in
 * `where`.
 */
export const work = (form, where, act) => {
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (form.ariaBusy == "true") return;
    form.ariaBusy = "true";
    where.textContent = "";
    try {
      await act();
    } catch (error) {
      if (typeof error != "string") throw error;
      where.textContent = error;
    } finally {
      form.ariaBusy = "false";
    }
  };
};
