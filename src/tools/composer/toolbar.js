// The row of buttons below a text field, and the keys that do the same.
import { make } from "../lib/dialog.js";
import { code, lines, link, wrap } from "./edit.js";
import { icon } from "./icons.js";

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

// Name, what it does, and its key: with Ctrl, on a Mac with Cmd.
export const EDITS = [
  ["bold", (field) => wrap(field, "**"), "B"],
  ["italic", (field) => wrap(field, "_"), "I"],
  ["link", (field) => link(field), "K"],
  ["quote", (field) => lines(field, "> "), "Shift+."],
  ["code", code],
  ["list", (field) => lines(field, "- ")],
  ["spoiler", (field) => wrap(field, "||")],
];

/** A key that is pressed with Ctrl or Cmd, as keyboards have it. */
export const shortcut = (key) => (isMac ? "⌘" + key.replace("Shift+", "⇧") : "Ctrl+" + key);

/** The toolbar of a composer, and what handles its keys. */
export const toolbar = ({ text }, form, field) => {
  const bar = make("div", { className: "toolbar", role: "toolbar", ariaLabel: text("tool-format") });
  bar.setAttribute("aria-controls", field.id);
  const add = (name, act, key) => {
    let title = text("tool-" + name);
    const button = make("button", { type: "button", className: "toolbar-button", ariaLabel: title });
    if (key) {
      button.setAttribute("aria-keyshortcuts", `${isMac ? "Meta" : "Control"}+${key}`);
      title += ` (${shortcut(key)})`;
    }
    button.title = title;
    button.dataset.name = name;
    button.tabIndex = bar.firstChild ? -1 : 0;
    button.append(icon(name));
    // The field keeps its selection, and an on-screen keyboard stays.
    button.onpointerdown = (event) => event.preventDefault();
    button.onclick = () => act(field);
    bar.append(button);
    return button;
  };
  for (const [name, act, key] of EDITS) add(name, act, key);

  const move = (to) => {
    for (const button of bar.children) button.tabIndex = button == to ? 0 : -1;
  };
  bar.addEventListener("focusin", (event) => move(event.target));
  bar.onkeydown = (event) => {
    const buttons = [...bar.children];
    const { length } = buttons;
    const at = buttons.indexOf(event.target);
    const step = getComputedStyle(bar).direction == "rtl" ? -1 : 1;
    const places = { Home: 0, End: length - 1, ArrowRight: at + step, ArrowLeft: at - step };
    const to = buttons[(places[event.key] + length) % length];
    if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    to.focus();
  };

  const onShortcut = (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (altKey || !(isMac ? metaKey : ctrlKey)) return;
    if (key == "Enter") {
      event.preventDefault();
      // By the button that the Enter key presses in other fields.
      form.requestSubmit();
      return true;
    }
    // Where a keyboard has other letters than these, their place counts.
    const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : event.code.slice(3);
    // The shifted full stop is another sign on some keyboards.
    const name = shiftKey ? event.code == "Period" && "Shift+." : letter;
    const edit = EDITS.find(([, , key]) => key && key == name);
    if (!edit) return;
    event.preventDefault();
    edit[1](field);
    return true;
  };
  return { element: bar, add, onShortcut };
};
