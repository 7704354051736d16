// Readers who have signed in with our own server (docs/sso.md): by a token of the site, which the page has
// (`data-sso-token`) or hands to the element's `login(token)`; by a link in a mail; in another server's window.
import { endings, forget, read, readerOf as tokenOf, tokensOf, waitingOf, write } from "./storage.js";

const PATIENCE = 20_000;

// The token goes by the first with all that a reader sends; src/browser/storage.rs knows the name.
const whoOf = ({ api, site }) => `afterword:reader-name:${api}:${site}`;
// What a page holds that waits for its reader to open a link. It may be left meanwhile, for the mail.
const waitOf = ({ api, site }) => `afterword:reader-wait:${api}:${site}`;

/** How often it is asked whether the link was opened, in milliseconds. */
const OFTEN = 3000;

const followers = new Set();
// The widgets of the page.
const entered = new Set();

const known = (context) => {
  if (!read(tokenOf(context))) return;
  try {
    return JSON.parse(read(whoOf(context)));
  } catch {
    return { name: "" };
  }
};

const tell = () => {
  for (const follower of followers) follower();
};

// What the site says of its reader by a token: the same again need not be exchanged again.
const saidBy = async (token) => {
  try {
    const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const { exp, iat, nbf, jti, ...said } = JSON.parse(atob(payload));
    const bytes = new TextEncoder().encode(JSON.stringify(said));
    return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
  } catch {
    // It is no token, or the page came without encryption: then it is exchanged each time.
    return "site";
  }
};

/** Tells who has signed in, now and whenever that changes; nothing for nobody. */
export const follow = (context, heard) => {
  const follower = () => heard(known(context));
  followers.add(follower);
  context.signal.addEventListener("abort", () => followers.delete(follower));
  follower();
};

/** A call about signing in. Throws an error with the answer's `status` and `problem`. */
export const ask = async ({ api }, method, path, { token, body } = {}) => {
  const answer = await fetch(`${api}/api/v1/login${path}`, {
    method,
    headers: {
      ...(token && { "Afterword-Reader": token }),
      ...(body && { "Content-Type": "application/json" }),
    },
    body: body && JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) {
    const { status } = answer;
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(Error("Afterword: " + status), { status, problem });
  }
  if (answer.status != 204) return answer.json();
};

const keep = (context, token, reader) => {
  write(whoOf(context), JSON.stringify(reader));
  write(tokenOf(context), token);
  tell();
};

// By what a comment is one's own that was written on another device: nothing but the session.
const BY_SESSION = "";

/** What was one's own by it is so no longer; whether there was any. */
const disown = (context) => {
  const names = endings(tokensOf(context)).map((id) => tokensOf(context) + id);
  const owned = names.filter((name) => read(name) === BY_SESSION);
  owned.forEach(forget);
  return owned.length > 0;
};

const drop = (context) => {
  forget(tokenOf(context));
  forget(whoOf(context));
  tell();
  return disown(context);
};

/** The widgets of the page for the same readers. */
const alike = (context) => [...entered].filter((it) => tokenOf(it) == tokenOf(context));

// What the reader has written elsewhere is theirs here too.
const own = async (context) => {
  const token = read(tokenOf(context));
  const { root, site, page, run, signal } = context;
  const query = new URLSearchParams({ page, ...(site && { site }) });
  // A server that is older has no such call.
  const found = await ask(context, "GET", "/comments?" + query, { token }).catch(() => {});
  if (signal.aborted || !Array.isArray(found?.comments) || read(tokenOf(context)) != token) return;
  let isWaiting;
  for (const { id, waiting } of found.comments) {
    if (!/^[\w-]{1,64}$/.test(id) || read(tokensOf(context) + id) !== null) continue;
    write(tokensOf(context) + id, BY_SESSION);
    // What waits no list has; and of what is not in this one the server is asked.
    const isIn = root.querySelector(`[id="comment-${CSS.escape(id)}"]`);
    if (waiting || !isIn) isWaiting = write(waitingOf(context) + id, waiting ? "1" : "0") || isWaiting;
  }
  run("own");
  if (isWaiting) run("tool", "waiting");
};

/** How readers can sign in, and whether they have to. */
export const whether = (context, held) => {
  const { site } = context;
  return ask(context, "GET", site ? "?" + new URLSearchParams({ site }) : "", held);
};

/** The server knows that token no more. What was written is kept, and its author is told. */
export const ended = (thread, token) => {
  // Another tab may have a newer one.
  if (!token || read(tokenOf(thread)) != token) return;
  const has = drop(thread);
  for (const context of alike(thread)) {
    context.run("trouble", context.text("tool-login-ended"));
    if (has) context.run("renew");
    whether(context)
      .then(({ required }) => required && renew(context, false))
      .catch(() => {});
  }
};

// Where only who has signed in may post, the composer comes and goes with that.
const renew = ({ root, run }, isIn) => {
  const has = !!root.querySelector(".thread > form.composer");
  if (has != isIn) run("renew");
};

/** Signs in with what the server has given. */
const arrive = (context, { token, reader }, by) => {
  disown(context);
  keep(context, token, { ...reader, by });
  renew(context, true);
  for (const it of alike(context)) own(it);
};

/** The body of a call about a site. */
const about = ({ site }, more) => ({ ...more, ...(site && { site }) });

/** Begins to sign in elsewhere: `email` or `oidc`. */
export const begin = (context, way, more) =>
  ask(context, "POST", "/" + way, { body: about(context, { lang: context.locale, ...more }) });

/** Asks for the session of whoever has signed in elsewhere; false where that has not happened yet. */
export const claim = async (context, held) => {
  const session = await ask(context, "POST", "/claim", { body: about(context, held) });
  if (!session) return false;
  arrive(context, session);
  context.say(context.text("tool-signed-in", { name: session.reader.name }));
  return true;
};

// The same, also where the browser keeps nothing.
const waits = new Map();

/** What this page waits for, if it does: `{ secret, number, email, end }`. */
export const waited = (context) => {
  const name = waitOf(context);
  let wait = waits.get(name);
  try {
    wait = JSON.parse(read(name)) ?? wait;
  } catch {
    // It is nothing that was written here.
  }
  if (wait?.end > Date.now()) return wait;
  // Name and address are not kept for longer than they are of use.
  if (wait) {
    waits.delete(name);
    forget(name);
  }
};

/** Waits no more. */
export const give = (context) => {
  waits.delete(waitOf(context));
  forget(waitOf(context));
  tell();
};

// Which of the page's widgets asks, by what it waits for.
const asking = new Map();

/** Asks until the link was opened, on whatever device, or is too old. */
export const wait = async (context, begun) => {
  const name = waitOf(context);
  if (begun) {
    waits.set(name, begun);
    write(name, JSON.stringify(begun));
  }
  if (asking.get(name)?.signal.aborted === false) return;
  asking.set(name, context);
  for (let now; (now = waited(context)); ) {
    await new Promise((rested) => setTimeout(rested, OFTEN));
    const isStill = () => waited(context)?.secret == now.secret;
    if (context.signal.aborted) break;
    if (document.hidden || !isStill()) continue;
    try {
      if (await claim(context, { secret: now.secret })) give(context);
    } catch ({ status }) {
      // Another tab may have been first. Without an answer it is asked again.
      if (status == 401 && isStill()) give(context);
    }
  }
  if (asking.get(name) != context) return;
  asking.delete(name);
  tell();
  // Another one of them goes on.
  const [other] = context.signal.aborted ? alike(context) : [];
  if (other) wait(other);
};

/** Signs in with a token that the site has signed for its reader. */
const signIn = async (context, token) => {
  const [by, session] = await Promise.all([
    saidBy(token),
    ask(context, "POST", "/sso", { body: about(context, { token }) }),
  ]);
  arrive(context, session, by);
};

/** Signs out. */
export const leave = async (context) => {
  const token = read(tokenOf(context));
  if (!token) return;
  const has = drop(context);
  for (const it of alike(context))
    if (has) it.run("renew");
    else renew(it, false);
  await ask(context, "DELETE", "", { token }).catch(() => {});
};

/** What the program begins with. */
export const enter = async (context) => {
  const { host, ssoToken, run, signal, text } = context;
  entered.add(context);
  signal.addEventListener("abort", () => entered.delete(context));
  // Another tab of the site has signed in or out.
  const onStore = ({ key }) => {
    if (key != tokenOf(context)) return;
    tell();
    renew(context, !!read(key));
    if (read(key)) own(context);
  };
  addEventListener("storage", onStore, { signal });
  // The element's own way to do it, for pages whose readers sign in without a new page.
  host.login = (token) => signIn(context, token);
  host.logout = () => leave(context);
  const { by } = known(context) ?? {};
  // The page says that nobody is signed in there: whom it had signed in is so here no longer.
  if (ssoToken === "" && by) await leave(context);
  const token = read(tokenOf(context));
  if (!token && waited(context)) wait(context);
  const isSame = token && by != "site" && ssoToken && by == (await saidBy(ssoToken));
  try {
    if (token && (!ssoToken || isSame)) {
      const { reader } = await whether(context, { token });
      if (!reader) throw { status: 401 };
      keep(context, token, { ...reader, by });
      return await own(context);
    }
  } catch ({ status }) {
    // Without an answer it may still be good.
    if (status != 401 && status != 403) return;
    if (!ssoToken) return ended(context, token);
  }
  if (!ssoToken) return;
  try {
    await signIn(context, ssoToken);
  } catch ({ status }) {
    // Whoever was signed in before may be somebody else.
    drop(context);
    if (status) run("trouble", text("tool-sign-in-refused"));
  }
};
