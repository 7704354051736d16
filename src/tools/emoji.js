// The picker of emoji. `detail` is a function that is given the one that was picked, when the dialog
// is closed and the focus is back.
import { chooseTone, chosenTone, load, recent, search, toned, used } from "./emoji/data.js";
import { dialog, make } from "./lib/dialog.js";
import { tool } from "./lib/tool.js";
import { isComposing } from "./lib/typing.js";

/** The groups of Unicode, by their number; 2 are mere parts. */
const GROUPS = { 0: "smileys", 1: "people", 3: "animals", 4: "food", 5: "travel", 6: "activities", 7: "objects", 8: "symbols", 9: "flags" };
const TONES = ["✋", "✋🏻", "✋🏼", "✋🏽", "✋🏾", "✋🏿"];

export default tool((context) => {
  const { text, detail: pick } = context;
  const field = make("input", {
    type: "search",
    className: "field emoji-search",
    placeholder: text("tool-emoji-search"),
    ariaLabel: text("tool-emoji-search"),
    autocomplete: "off",
    dir: "auto",
  });
  const tone = make(
    "select",
    { className: "field emoji-tone", ariaLabel: text("tool-emoji-tone") },
    ...TONES.map((sign, value) =>
      make("option", { value: String(value) }, `${sign} ${text("tool-emoji-tone-" + value)}`),
    ),
  );
  tone.value = String(chosenTone());
  const list = make("div", { className: "emoji-list", role: "listbox", ariaLabel: text("tool-emoji") });
  const note = make("p", { className: "emoji-note", role: "status" });
  const row = make("div", { className: "emoji-row" }, field, tone);
  const element = dialog(context, text("tool-emoji"), row, list, note);
  element.classList.add("emoji");
  field.focus();

  let all = [];
  const take = (emoji) => {
    used(emoji);
    element.addEventListener("close", () => pick(emoji));
    element.close();
  };
  const option = (entry) => {
    const emoji = toned(entry, +tone.value);
    const button = make("button", { type: "button", className: "emoji-option", title: entry.label }, emoji);
    button.role = "option";
    button.tabIndex = -1;
    button.setAttribute("role", "option");
    button.setAttribute("aria-label", entry.label);
    button.setAttribute("aria-selected", "false");
    button.onclick = () => take(emoji);
    return button;
  };
  const group = (name, entries) => {
    const title = text("tool-emoji-" + name);
    const box = make("div", { className: "emoji-group", role: "group" }, ...entries.map(option));
    box.setAttribute("aria-label", title);
    return [make("p", { className: "emoji-title", ariaHidden: "true" }, title), box];
  };
  const options = () => [...list.querySelectorAll(".emoji-option")];
  const show = () => {
    const words = field.value.trim();
    let shown;
    if (words) {
      const found = search(all, words).slice(0, 120);
      shown = found.length ? [make("div", { className: "emoji-group", role: "group", ariaLabel: text("tool-emoji") }, ...found.map(option))] : [];
      note.textContent = text("tool-emoji-found", { n: found.length });
    } else {
      const last = recent()
        .map((emoji) => all.find((it) => it.emoji == emoji || it.skins.includes(emoji)) && emoji)
        .filter(Boolean);
      const entry = (emoji) => {
        const { label } = all.find((it) => it.emoji == emoji || it.skins.includes(emoji));
        return { emoji, label, skins: [] };
      };
      shown = last.length ? group("recent", last.map(entry)) : [];
      for (const [number, name] of Object.entries(GROUPS))
        shown.push(...group(name, all.filter((it) => it.group == number)));
      note.textContent = "";
    }
    list.replaceChildren(...shown);
    list.scrollTop = 0;
    const first = list.querySelector(".emoji-option");
    if (first) first.tabIndex = 0;
  };

  // The keys of a grid: up and down go to what is nearest on the screen.
  list.onkeydown = (event) => {
    const at = event.target.closest(".emoji-option");
    if (!at) return;
    const every = options();
    const index = every.indexOf(at);
    const step = getComputedStyle(list).direction == "rtl" ? -1 : 1;
    const below = (sign) => {
      const here = at.getBoundingClientRect();
      let best, row;
      for (let i = index + sign; every[i]; i += sign) {
        const there = every[i].getBoundingClientRect();
        if (Math.abs(there.top - here.top) < 4) continue;
        row ??= there.top;
        if (Math.abs(there.top - row) > 4) break;
        const away = Math.abs(there.left - here.left);
        if (!best || away < best.away) best = { away, option: every[i] };
      }
      return best?.option;
    };
    const to = {
      ArrowRight: () => every[index + step],
      ArrowLeft: () => every[index - step],
      ArrowDown: () => below(1),
      ArrowUp: () => below(-1) || field,
      Home: () => every[0],
      End: () => every[every.length - 1],
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    to.focus();
  };
  list.addEventListener("focusin", (event) => {
    for (const it of list.querySelectorAll("[tabindex='0']")) it.tabIndex = -1;
    event.target.tabIndex = 0;
  });
  field.oninput = show;
  field.onkeydown = (event) => {
    if (isComposing(event)) return;
    const first = list.querySelector(".emoji-option");
    if (event.key == "ArrowDown") first?.focus();
    else if (event.key == "Enter" && field.value.trim()) first?.click();
    // Some browsers would empty the field first.
    else if (event.key == "Escape") element.close();
    else return;
    event.preventDefault();
  };
  tone.onchange = () => {
    chooseTone(tone.value);
    show();
  };

  note.textContent = text("tool-wait");
  load(context.lang).then(
    (entries) => {
      all = entries.filter(({ group }) => group in GROUPS);
      show();
    },
    () => {
      note.textContent = text("tool-failed");
    },
  );
});
