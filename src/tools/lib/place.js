// What a page takes: a moderator opens and closes it, makes it slow, or has all of it held.
import { call } from "./call.js";
import { dialog, make } from "./dialog.js";
import { button, buttons, submit, trouble, work } from "./form.js";

/** The most seconds, and the most days, that a page can have. */
const SLOWEST = 86_400;
const OLDEST = 36_500;

/** What a page has of its own before anybody has commented there. */
const NONE = { state: "site", policy: "site", slow_seconds: 0, read_only: false };

// One of several, with its name.
const choice = (text, name, title, values, value) => {
  const options = Object.entries(values).map(([value, key]) => make("option", { value }, text(key)));
  const select = make("select", { className: "field", name }, ...options);
  select.value = value;
  return make("label", { className: "tool-field" }, text(title), select);
};

// A number, or nothing where the site is to say it.
const number = (text, name, most, value) =>
  make(
    "label",
    { className: "tool-field" },
    text("tool-page-" + name),
    make("input", { className: "field", name, type: "text", inputMode: "numeric", value, most }),
    make("span", { className: "tool-field-hint" }, text(`tool-page-${name}-hint`)),
  );

const read = (text, field, least) => {
  const words = field.value.trim();
  if (!words && least == null) return null;
  const most = +field.getAttribute("most");
  if (/^[0-9]{1,6}$/.test(words) && +words <= most) return +words;
  field.focus();
  throw text("tool-page-no-number", { most });
};

/** `ask` calls the moderators' API, `tell` what was done there, with a way back. */
export const placed = (context, ask, tell) => {
  const { text, run, site, page } = context;

  const known = async () => {
    const query = new URLSearchParams({ key: page, ...(site && { site }) });
    const { items } = await ask("GET", "/pages?" + query);
    return items[0];
  };

  // Shows what readers see of it.
  const show = async () => {
    const query = new URLSearchParams({ page, limit: 1, ...(site && { site }) });
    const list = await call(context, "/comments?" + query).catch(() => {});
    if (list) run("changes", [], [], [], undefined, false, list.reactions, { ...list, branches: [] });
  };

  const change = async (before, wanted) => {
    const { id } = before.id ? before : await ask("POST", "/pages", { key: page, ...(site && { site }) });
    const answer = await ask("PATCH", "/pages/" + id, wanted);
    const [now] = answer.pages;
    await show();
    const isOther = !!now?.closed != !!before.closed;
    const key = isOther ? (now.closed ? "closes" : "opens") : "changed";
    tell(text("tool-page-" + key), "page", answer);
  };

  const open = async () => {
    const before = { ...NONE, ...(await known()) };
    const problem = trouble();
    const form = make(
      "form",
      { className: "tool-form", noValidate: true },
      choice(
        text,
        "state",
        "tool-page-state",
        { site: "tool-page-as-site", open: "tool-page-open", closed: "tool-page-closed" },
        before.state,
      ),
      choice(
        text,
        "policy",
        "tool-page-policy",
        {
          site: "tool-page-as-site",
          all: "tool-page-all",
          first: "tool-page-first",
          held: "tool-page-held",
        },
        before.policy,
      ),
      number(text, "slow", SLOWEST, String(before.slow_seconds)),
      number(text, "days", OLDEST, String(before.close_after_days ?? "")),
      make(
        "label",
        { className: "choice" },
        make("input", { type: "checkbox", name: "only", checked: !!before.read_only }),
        text("tool-page-read-only"),
      ),
      problem,
      buttons(
        submit(text("save")),
        button(text("tool-cancel"), () => box.close()),
      ),
    );
    const box = dialog(context, text("tool-page-title"), form);
    form.elements.state.focus();
    work(form, problem, async () => {
      const { state, policy, slow, days, only } = form.elements;
      const all = {
        state: state.value,
        policy: policy.value,
        slow_seconds: read(text, slow, 0),
        close_after_days: read(text, days),
        read_only: only.checked,
      };
      const isOther = ([name, value]) => value !== (before[name] ?? null);
      const wanted = Object.fromEntries(Object.entries(all).filter(isOther));
      if (Object.keys(wanted).length) {
        await change(before, wanted).catch(({ kind, sentence }) => {
          // Somebody has done the same meanwhile.
          if (kind != "not-found") throw sentence;
          tell(text("tool-page-changed"));
          return show();
        });
      }
      box.close();
    });
  };

  return { open, show };
};
