// Moderates in place: signs in under the article, shows what is held where it would stand, and adds to
// each comment's menu what a moderator can do. `detail` is "found" where a session is gone on with.
import { ban } from "./lib/ban.js";
import { at, call } from "./lib/call.js";
import { dialog, make } from "./lib/dialog.js";
import { button, buttons, submit, trouble, work } from "./lib/form.js";
import { begin, end, moderation, moderatorOf } from "./lib/moderation.js";
import { placed } from "./lib/place.js";
import { forget, read, write } from "./lib/storage.js";
import { tool } from "./lib/tool.js";
import { visit } from "./lib/window.js";

/** How often it is asked what is held, in milliseconds, and how long an answer may take. */
const OFTEN = 30_000;
const PATIENCE = 20_000;

/** What is told of a refusal, by the kind of the problem. */
const SENTENCES = {
  "credentials-wrong": "tool-moderate-wrong",
  "passkey-required": "tool-moderate-window",
  // Where every page there is may send comments, no window hands anything over.
  "no-such-call": "tool-moderate-passkey",
  "login-required": "tool-moderate-ended",
  forbidden: "tool-moderate-forbidden",
  "rate-limited": "tool-fail-many",
  "not-found": "tool-fail-gone",
  "text-empty": "fail-text-empty",
  "text-too-long": "fail-text-too-long",
  duplicate: "tool-undo-late",
};

// A call of the moderators' API. Throws the kind of the problem and a sentence.
const ask = async ({ api, text }, token, method, path, body) => {
  let answer;
  try {
    answer = await fetch(`${api}/api/v1/admin${path}`, {
      method,
      headers: {
        ...(token && { Authorization: "Bearer " + token }),
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw { sentence: text("tool-fail-network") };
  }
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  const kind = String(json.type).split(":").pop();
  const { limit } = json;
  throw { kind, sentence: text(SENTENCES[kind] ?? "tool-fail-server", { n: Number(limit) || 60, limit }) };
};

// As a form tells it.
const said = (promise) =>
  promise.catch(({ sentence }) => {
    throw sentence;
  });

// In a window of the server's own: passkeys are bound to its name, and other servers lead back to it.
const inWindow = async (context) => {
  const { api, text } = context;
  const lead = visit();
  if (!lead) throw text("tool-sign-in-blocked");
  let held;
  const begun = async () => {
    const { secret, url } = await said(ask(context, "", "POST", "/session/window"));
    held = secret;
    const own = new URL(api, location).href.replace(/\/$/, "");
    const whole = new URL(url.startsWith("/") ? own + url : url);
    return { url: whole.href, home: whole.origin, type: "afterword:moderator" };
  };
  const told = await lead(begun());
  if (!told?.code) throw text("tool-login-closed");
  const claim = { secret: held, code: told.code };
  return ask(context, "", "POST", "/session/claim", claim).catch(({ kind, sentence }) => {
    throw kind == "credentials-wrong" ? text("tool-login-failed") : sentence;
  });
};

const signIn = (context, signedIn) => {
  const { text } = context;
  const field = (key, properties) => {
    const input = make("input", { className: "field", required: true, ...properties });
    return make("label", { className: "tool-field" }, text(key), input);
  };
  const problem = trouble();
  const enter = (session) => {
    if (!box.isConnected) return;
    write(moderatorOf(context), session.token);
    box.close();
    signedIn(session.token, session.user.name);
  };
  const goElsewhere = async () => {
    problem.textContent = "";
    try {
      enter(await inWindow(context));
    } catch (error) {
      if (typeof error == "string") return void (problem.textContent = error);
      problem.textContent = text("tool-fail-server");
      console.warn(error);
    }
  };
  const others = buttons(button(text("tool-moderate-window"), goElsewhere));
  const form = make(
    "form",
    { className: "tool-form", noValidate: true },
    field("tool-moderate-user", { name: "user", autocomplete: "username", dir: "auto" }),
    field("tool-moderate-password", {
      name: "password",
      type: "password",
      autocomplete: "current-password",
    }),
    problem,
    buttons(
      submit(text("sign-in")),
      make("a", { className: "button", href: context.api + "/admin", target: "_blank" }, text("tool-moderate-queue")),
    ),
  );
  const box = dialog(context, text("tool-moderate"), form, others);
  form.elements.user.focus();
  ask(context, "", "GET", "/oidc")
    .then(({ name }) => name && others.append(button(text("tool-login-with", { name }), goElsewhere)))
    .catch(() => {});
  work(form, problem, async () => {
    const { user, password } = Object.fromEntries(new FormData(form));
    const empty = [...form.elements].find((it) => it.required && !it.value);
    if (empty) return empty.focus();
    enter(await said(ask(context, "", "POST", "/session", { user, password, in_place: true })));
  });
};

// As readers would see it.
const asComment = (it) => ({
  ...it,
  status: it.verdict == "published" ? "published" : "pending",
  reactions: [],
});

/** The path of a comment, as moderators see it. */
const known = (id) => "/comments/" + encodeURIComponent(id);

/** What has become of a comment by now, of that which an action is about: the action that did so. */
const become = (action, { verdict, ...is }) => {
  for (const [state, on, off] of [
    ["pinned", "pin", "unpin"],
    ["featured", "feature", "unfeature"],
    ["locked", "lock", "unlock"],
  ]) {
    if (action == on || action == off) return is[state] ? on : off;
  }
  return { published: "approve", spam: "spam", hidden: "hide", deleted: "delete" }[verdict];
};

const articleOf = (root, id) => root.querySelector(`[id="comment-${CSS.escape(id)}"]`);

const moderate = (context, token, name) => {
  const { root, text, run, say, api, site, page, signal } = context;
  const held = new Set();
  // Until the moderator signs out, or the widget goes.
  const over = new AbortController();
  // How often it was asked what is held, and something decided: a list that was asked for before tells
  // how it was.
  let [looks, decisions] = [0, 0];
  // What was typed into an editor that was closed.
  const begun = new Map();
  const status = make("span", { className: "moderate-status" });
  const done = make("span", { className: "moderate-done", role: "status" });
  const bar = make(
    "aside",
    { className: "moderate", ariaLabel: text("tool-moderate") },
    make("span", {}, text("tool-moderating", { name })),
    status,
    button(text("tool-page"), () => place.open().catch(failed), "text-button"),
    make("a", { href: api + "/admin", target: "_blank" }, text("tool-moderate-queue")),
    button(text("tool-sign-out"), () => leave(true), "text-button"),
    done,
  );

  const leave = (isWanted) => {
    // An answer to an earlier session is none to a later one.
    if (over.signal.aborted) return;
    over.abort();
    end(root);
    bar.remove();
    root.classList.remove("is-moderated");
    for (const id of held) {
      if (articleOf(root, id)?.matches(".is-pending:not(.is-own)")) run("remove", id);
    }
    forget(moderatorOf(context));
    if (isWanted) ask(context, token, "DELETE", "/session").catch(() => {});
  };

  // Tells it; what comes of it is nothing.
  const failed = ({ kind, sentence }) => {
    if (over.signal.aborted) return;
    if (kind == "login-required") leave();
    run("trouble", sentence);
  };

  const decide = async (path, body) => {
    decisions++;
    try {
      return await ask(context, token, "POST", path, body);
    } finally {
      decisions++;
    }
  };

  const count = () => {
    const n = held.size;
    status.textContent = n ? text("tool-moderate-held", { n }) : text("tool-moderate-none");
  };

  // What can be decided about a held comment stands below it, so that nobody has to open a menu.
  const equip = (id) => {
    const article = articleOf(root, id);
    if (!article || article.querySelector(":scope > .moderate-held")) return;
    const deed = (item) =>
      button(text("tool-moderate-" + item), () => act(item, id, article), "button");
    article.append(make("p", { className: "moderate-held" }, ...["approve", "spam", "delete"].map(deed)));
  };

  // Shows a comment as it is now; nothing of one that was moved to another page.
  const show = async (comment) => {
    if (over.signal.aborted) return;
    const { id } = comment;
    const verdict = comment.page == page && !comment.erased ? comment.verdict : "gone";
    const was = articleOf(root, id);
    if (verdict != "pending") {
      held.delete(id);
      was?.querySelector(":scope > .moderate-held")?.remove();
    }
    if (verdict == "pending") {
      held.add(id);
      run("show-own", asComment(comment));
      requestAnimationFrame(() => equip(id));
    } else if (verdict == "published") {
      // Readers' own call has all that they see of it.
      const told = await call(context, at(id)).catch(() => undefined);
      run("show-own", told?.comment ?? asComment(comment));
    } else run("remove", id);
    count();
  };

  // Another moderator was faster: shows and tells what has become of the comment.
  const showAgain = async (action, id) => {
    const { comment } = await ask(context, token, "GET", known(id)).catch(() => ({}));
    if (!comment || comment.erased) {
      run("remove", id);
      return tell(text("tool-fail-gone"));
    }
    await show(comment);
    const now = become(action, comment);
    tell(now ? text("tool-moderated-" + now) : status.textContent);
  };

  const tell = (sentence, action, { action_id, changed } = {}) => {
    const undo = async () => {
      const [first] = changed;
      const answer = await decide(`/actions/${action_id}/undo`).catch((failure) => {
        if (failure.kind != "duplicate" || !first) failed(failure);
        else return showAgain(action, first.id);
      });
      if (answer) {
        for (const comment of answer.changed) await show(comment);
        if (answer.pages?.length) await place.show();
        tell(text("tool-moderated-undo"));
      }
      // The button that had the focus is gone.
      const article = first && articleOf(root, first.id);
      if (answer || !done.querySelector("button")) (article || bar.querySelector("button")).focus();
    };
    done.replaceChildren(sentence, ...(action_id ? [" ", button(text("tool-moderate-undo"), undo)] : []));
  };

  const send = async (action, id, more) => {
    const body = { action, ids: [id], ...more };
    const answer = await decide("/actions", body).catch((failure) => {
      if (failure.kind != "not-found" || action == "ban") throw failure;
    });
    if (!answer) return showAgain(action, id);
    for (const comment of answer.changed) await show(comment);
    tell(text(action == "edit" ? "said-saved" : "tool-moderated-" + action), action, answer);
  };

  const edit = async (id) => {
    const { comment } = (await ask(context, token, "GET", known(id)).catch(failed)) ?? {};
    if (!comment) return;
    const title = text("edit");
    const field = make("textarea", { className: "field", rows: 8, dir: "auto", ariaLabel: title });
    field.value = begun.get(id) ?? comment.text;
    field.oninput = () => begun.set(id, field.value);
    const cancel = () => {
      begun.delete(id);
      box.close();
    };
    const problem = trouble();
    const form = make(
      "form",
      { className: "tool-form", noValidate: true },
      field,
      problem,
      buttons(
        submit(text("save")),
        button(text("tool-cancel"), cancel),
      ),
    );
    const box = dialog(context, title, form);
    field.focus();
    work(form, problem, async () => {
      if (field.value != comment.text) await said(send("edit", id, { text: field.value }));
      cancel();
    });
  };

  const act = (action, id, article) => {
    if (action == "edit") return edit(id);
    if (action == "ban")
      return ban(context, (more) =>
        send("ban", id, more).catch(({ kind, sentence }) => {
          throw kind == "not-found" ? text("tool-ban-unknown") : sentence;
        }),
      );
    // The focus stays near what is about to go.
    const next = article.closest(".branch").nextElementSibling?.querySelector("article");
    return send(action, id).then(() => {
      if (!article.isConnected) (next ?? root.querySelector(".thread-title"))?.focus();
    }, failed);
  };

  const deeds = (article) => {
    const is = (state) => article.classList.contains("is-" + state);
    if (is("deleted") || is("sending") || is("failed")) return [];
    if (article.querySelector(".comment-origin")) return [];
    const isRoot = article.closest(".branch").parentElement.matches(".comments");
    const either = (state, on, off) => (is(state) ? off : on);
    return [
      ...(is("pending") ? ["approve"] : []),
      "spam",
      "hide",
      "delete",
      ...(is("pending")
        ? []
        : [
            ...(isRoot ? [either("pinned", "pin", "unpin")] : []),
            either("featured", "feature", "unfeature"),
            either("locked", "lock", "unlock"),
          ]),
      "edit",
      "ban",
    ];
  };

  const look = async () => {
    const query = new URLSearchParams({ page, verdict: "pending", limit: 200, ...(site && { site }) });
    const [mine, before] = [++looks, decisions];
    const answer = await ask(context, token, "GET", "/comments?" + query).catch(failed);
    if (!answer || mine != looks || over.signal.aborted) return;
    if (before != decisions) return look();
    const { items } = answer;
    const now = new Set(items.map(({ id }) => id));
    for (const id of held) {
      if (!now.has(id)) {
        held.delete(id);
        articleOf(root, id)?.querySelector(":scope > .moderate-held")?.remove();
      }
    }
    // What is answered comes before its answers.
    for (const comment of items.reverse()) {
      if (!held.has(comment.id) || !articleOf(root, comment.id)) await show(comment);
    }
    count();
  };

  const place = placed(context, (...call) => ask(context, token, ...call), tell);

  const quietly = () => {
    if (!document.hidden) look();
  };
  begin(root, { deeds, act, token, ask: (...given) => ask(context, token, ...given) });
  root.classList.add("is-moderated");
  root.append(bar);
  count();
  const timer = setInterval(quietly, OFTEN);
  over.signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", quietly, { signal: over.signal });
  signal.addEventListener(
    "abort",
    () => {
      over.abort();
      end(root);
      bar.remove();
    },
    { signal: over.signal },
  );
  quietly();
  say(text("tool-moderating", { name }));
};

export default tool(async (context) => {
  const { root, detail, text, run, signal } = context;
  if (moderation(root)) return root.querySelector(".moderate button")?.focus();
  const name = moderatorOf(context);
  const token = read(name);
  const start = (token, name) => moderation(root) || moderate(context, token, name);
  if (token) {
    try {
      const { user } = await ask(context, token, "GET", "/session");
      if (!signal.aborted) start(token, user.name);
      return;
    } catch ({ kind, sentence }) {
      if (kind != "login-required") return run("trouble", sentence);
      forget(name);
      if (detail == "found") return run("say", text("tool-moderate-ended"));
    }
  }
  signIn(context, start);
});
