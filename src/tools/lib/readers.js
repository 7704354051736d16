// Readers whom the site signs in with our own server (docs/sso.md): by a token of the page
// (`data-sso-token`), or by `login(token)` of the element.
import { forget, read, readerOf as tokenOf, write } from "./storage.js";

const PATIENCE = 20_000;

// The token goes by the first with all that a reader sends; src/browser/storage.rs knows the name.
const whoOf = ({ api, site }) => `afterword:reader-name:${api}:${site}`;

const followers = new Set();

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

/** Tells who has signed in, now and whenever that changes; nothing for nobody. */
export const follow = (context, heard) => {
  const follower = () => heard(known(context));
  followers.add(follower);
  context.signal.addEventListener("abort", () => followers.delete(follower));
  follower();
};

const ask = async ({ api }, method, path, { token, body } = {}) => {
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
  if (!answer.ok) throw Object.assign(Error("Afterword: " + answer.status), { status: answer.status });
  if (answer.status != 204) return answer.json();
};

const keep = (context, token, reader) => {
  write(tokenOf(context), token);
  write(whoOf(context), JSON.stringify(reader));
  tell();
};

const drop = (context) => {
  forget(tokenOf(context));
  forget(whoOf(context));
  tell();
};

// Where only who has signed in may post, the composer comes and goes with that.
const renew = ({ root, run }, isIn) => {
  const has = !!root.querySelector(".thread > form.composer");
  if (has != isIn) run("renew");
};

/** Signs in with a token that the site has signed for its reader. */
const signIn = async (context, token) => {
  const { site } = context;
  const session = await ask(context, "POST", "/sso", { body: { token, ...(site && { site }) } });
  keep(context, session.token, session.reader);
  renew(context, true);
};

/** Signs out. */
export const leave = async (context) => {
  const token = read(tokenOf(context));
  if (!token) return;
  drop(context);
  renew(context, false);
  await ask(context, "DELETE", "", { token }).catch(() => {});
};

/** What the program begins with. */
export const enter = async (context) => {
  const { host, ssoToken, run, say, text, site } = context;
  // The element's own way to do it, for pages whose readers sign in without a new page.
  host.login = (token) => signIn(context, token);
  host.logout = () => leave(context);
  const token = read(tokenOf(context));
  try {
    if (ssoToken) return await signIn(context, ssoToken);
    if (!token) return;
    const query = site ? "?" + new URLSearchParams({ site }) : "";
    const { reader } = await ask(context, "GET", query, { token });
    if (reader) keep(context, token, reader);
    else drop(context);
  } catch ({ status }) {
    // Without an answer it may still be good.
    if (status == 401 || status == 403) drop(context);
    if (ssoToken && status) run("trouble", text("tool-sign-in-refused"));
    else if (status == 401) say(text("tool-moderate-ended"));
  }
};
