// Signs in: where the site knows its readers, at another server, or by a link in a mail.
import { dialog, make } from "./lib/dialog.js";
import { button, buttons, submit, trouble, work } from "./lib/form.js";
import { begin, claim, follow, give, wait, waited, whether } from "./lib/readers.js";
import { sign } from "./lib/sign.js";
import { tool } from "./lib/tool.js";
import { visit } from "./lib/window.js";

/** What is told of a refusal, by the kind of the problem. */
const SENTENCES = {
  "rate-limited": "tool-fail-many",
  "name-required": "tool-login-no-name",
  "author-too-long": "tool-login-bad-name",
  "author-invalid": "tool-login-bad-name",
  "email-required": "tool-login-no-address",
  "email-invalid": "tool-login-no-address",
};

const sentence = ({ text }, { status, problem }) => {
  const kind = String(problem?.type).split(":").pop();
  const n = Number(problem?.limit) || 60;
  return text(SENTENCES[kind] ?? (status ? "tool-login-failed" : "tool-fail-network"), { n });
};

// The site's own business.
const elsewhere = ({ host, run, text }) => {
  const wanted = new CustomEvent("afterword:login", { bubbles: true, composed: true, cancelable: true });
  if (host.dispatchEvent(wanted)) run("trouble", text("tool-sign-in-site"));
};

// What did not work one way is no matter of another.
const quiet = (body) => {
  for (const said of body?.querySelectorAll(".tool-trouble") ?? []) said.textContent = "";
};

const inWindow = async (context, where) => {
  const { text } = context;
  quiet(where.parentElement);
  const lead = visit();
  if (!lead) return void (where.textContent = text("tool-sign-in-blocked"));
  let held;
  const begun = async () => {
    const { secret, url } = await begin(context, "oidc");
    held = secret;
    // Where the window comes back to.
    const home = new URL(new URL(url).searchParams.get("redirect_uri") ?? context.api, location).origin;
    return { url, home, type: "afterword:login" };
  };
  try {
    const told = await lead(begun());
    if (told?.code) await claim(context, { secret: held, code: told.code });
    else if (!told) where.textContent = text("tool-login-closed");
    else where.textContent = text(told.error == "refused" ? "tool-login-refused" : "tool-login-failed");
  } catch (error) {
    where.textContent = sentence(context, error);
  }
};

// What was typed into the composer, or remembered of who writes.
const typed = ({ root }, name) => root.querySelector(`form.composer [name=${name}]`)?.value ?? "";

const asks = (context, refill, before) => {
  const { text } = context;
  const field = (key, properties) => {
    const input = make("input", { className: "field", ...properties });
    return make("label", { className: "tool-field" }, text(key), input);
  };
  const problem = trouble();
  const form = make(
    "form",
    { className: "tool-form", noValidate: true },
    field("tool-login-name", {
      name: "author",
      autocomplete: "nickname",
      dir: "auto",
      value: before?.author ?? typed(context, "author"),
    }),
    field("tool-login-address", {
      name: "email",
      type: "email",
      autocomplete: "email",
      dir: "auto",
      value: before?.email ?? typed(context, "email"),
    }),
    make("p", { className: "tool-hint" }, text("tool-login-hint")),
    problem,
    buttons(submit(text("tool-login-send"))),
  );
  work(form, problem, async () => {
    const { author, email } = Object.fromEntries(new FormData(form));
    quiet(form.parentElement);
    try {
      const { secret, number, seconds } = await begin(context, "email", { name: author, email });
      const end = Date.now() + seconds * 1000;
      wait(context, { secret, number, author, email: email.trim(), end });
      refill();
    } catch (error) {
      throw sentence(context, error);
    }
  });
  return form;
};

// A link is on its way.
const waits = (context, { email, number }, again) => {
  const { text } = context;
  // An address goes its own way, whatever the sentence does.
  const [before, after] = text("tool-login-sent", { email: "\n" }).split("\n");
  const address = make("bdi", { dir: "ltr" }, email);
  return [
    make("p", { className: "login-sent", tabIndex: -1 }, before, address, after),
    make("p", {}, text("tool-login-number")),
    make("p", { className: "login-number", dir: "ltr" }, number),
    buttons(button(text("tool-login-again"), again)),
  ];
};

const show = (context, ways) => {
  const { text } = context;
  const has = (kind) => ways.some((way) => way.kind == kind);
  const problem = trouble();
  const body = make("div", { className: "login" });
  const box = dialog(context, text("sign-in"), body);
  const over = new AbortController();
  box.addEventListener("close", () => over.abort());
  let was, before, isGiven;
  const again = () => {
    isGiven = true;
    give(context);
  };
  const fill = () => {
    const now = has("email") && waited(context);
    // A look at the clock must not take what somebody types.
    if (body.firstChild && was == now?.secret) return;
    const isLate = was && !now;
    was = now?.secret;
    if (now) {
      before = now;
      isGiven = false;
      body.replaceChildren(...waits(context, now, again));
      body.querySelector(".login-sent").focus();
      return context.say(body.querySelector(".login-sent").textContent);
    }
    const others = ways.flatMap(({ kind, title }) => {
      if (kind == "oidc")
        return [button(text("tool-login-with", { name: title }), () => inWindow(context, problem))];
      if (kind == "sso")
        return [button(text("tool-login-site"), () => (box.close(), elsewhere(context)))];
      return [];
    });
    body.replaceChildren(
      ...(others.length ? [buttons(...others)] : []),
      problem,
      ...(has("email") ? [asks(context, fill, before)] : []),
    );
    if (isLate) body.querySelector("input")?.focus();
    // It was too late, or another number was chosen.
    problem.textContent = isLate && !isGiven ? text("tool-login-failed") : "";
  };
  follow({ ...context, signal: over.signal }, (who) => (who ? box.close() : fill()));
};

export default tool(async (context) => {
  if (context.adapter) return sign(context, "in");
  const { run, signal } = context;
  let ways;
  try {
    ({ ways } = await whether(context));
  } catch (error) {
    return run("trouble", sentence(context, error));
  }
  if (signal.aborted) return;
  // How they sign in there is the site's own business.
  if (ways.every(({ kind }) => kind == "sso")) return elsewhere(context);
  show(context, ways);
});
