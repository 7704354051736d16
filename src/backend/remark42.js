// Remark42 (https://remark42.com/docs/contributing/api/). `data-api` is the server's address, `data-site`
// its id of the site, and `data-url` the page's address where that isn't the one in the address bar.
import { inPortions } from "./lib/counting.js";
import { address, json, request } from "./lib/http.js";
import { popup, until } from "./lib/popup.js";
import { Refusal } from "./lib/refusal.js";
import { keep, recall } from "./lib/storage.js";
import { bytes } from "./lib/text.js";

/** Who votes, or looks at how a text will look, before they have given a name. */
const NOBODY = "anonymous";
/** What it calls a site that its owner has given no name. */
const SITE = "remark";
/** The ways to sign in that need more than a window. */
const OTHERS = ["anonymous", "email", "telegram"];
const SETUP =
  "Afterword: comments can be read from this Remark42, but not sent to it from this page. Its cookies belong " +
  "to another host, and it doesn't show its tokens to other hosts. Either have Remark42 answer below this " +
  "site's own host name (a reverse proxy for a path, named in data-api), or start it with --auth.send-jwt-header " +
  "and a long --auth.ttl.jwt, behind a proxy that adds \"Access-Control-Expose-Headers: X-JWT\". " +
  "See https://remark42.com/docs/manuals/subdomain/.";

export const offers =
  "post reply name name-required edit delete unanswered preview newest oldest top discussed unvote login";
export const votes = "both";

const VALUES = { up: 1, down: -1 };

// It counts votes up and down together.
const counted = (score) => ({ up: Math.max(score, 0), down: Math.max(-score, 0) });

// Go's zero time stands for none.
const time = (text) => (/^0001/.test(text ?? "0001") ? undefined : text);

const commentOf = (given) => ({
  id: given.id,
  parent: given.pid,
  // Of all the signs that it escapes in a name it takes back all but these.
  author: String(given.user?.name ?? "").replace(/&lt;/g, "<").replace(/&gt;/g, ">"),
  created: time(given.time),
  edited: time(given.edit?.time),
  html: given.text,
  status: given.delete ? "deleted" : "published",
  pinned: given.pin,
  ...counted(given.score | 0),
});

/** Most pages that are counted by one request. */
const COUNTED = 100;

/** How many comments each page has. Pages are addresses there. */
export const counts = (places) => {
  const { api, site } = places[0];
  const addressOf = ({ url, pageUrl }) => url || new URL(pageUrl, location.href).href.split(/[?#]/)[0];
  return inPortions(places.map(addressOf), COUNTED, async (urls) => {
    const where = address(api, "/api/v1/counts", { site: site || SITE });
    const answer = await json(where, { method: "POST", body: urls });
    const found = new Map((Array.isArray(answer) ? answer : []).map((it) => [it?.url, it?.count]));
    return urls.map((url) => found.get(url));
  });
};

// A name that it lets in: letters, digits, underscores and blanks, from 3 to 64 bytes of them.
const admitted = (name) => {
  const fit = name.replace(/[^\p{L}\d_ ]+/gu, " ").replace(/ +/g, " ").trim();
  const { length } = new TextEncoder().encode(fit);
  if (length < 3) throw new Refusal("name-required");
  if (length > 64) throw new Refusal("author-too-long", { limit: 64 });
  return fit;
};

const cookie = (name) =>
  document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(name + "="))
    ?.slice(name.length + 1);

/** How often, and after how many milliseconds each, it is looked whether a cookie has come. */
const LOOKS = 20;
const PAUSE = 50;

// WebKit lets scripts see a cookie a moment after the answer that sets it.
const comes = async (name, before) => {
  for (let look = 0; look < LOOKS && cookie(name) == before; look++)
    await new Promise((done) => setTimeout(done, PAUSE));
  return cookie(name);
};

export default (options) => {
  const { api, lang } = options;
  const site = options.site || SITE;
  // As its own script has it by default: the threads are the same.
  const url = options.url || location.origin + location.pathname;
  const store = `afterword:remark42:${api}:${site}`;
  // Its cookies can be read where it answers on the page's own host, whatever the port.
  const isNear = new URL(api).hostname == location.hostname;

  let config;
  // Who has signed in, by name or elsewhere.
  let me;
  // Whether it turned out that no token can be had.
  let isCut = false;
  // What this reader has voted, where the server has said.
  const voted = new Map();
  const limit = () => bytes(config?.max_comment_size ?? 2048, lang);
  const isMember = () => !!me && !me.id?.startsWith(NOBODY);
  const providers = () => (Array.isArray(config?.auth_providers) ? config.auth_providers : []);
  const elsewhere = () => (isNear ? providers().filter((name) => !OTHERS.includes(name)) : []);

  const refused = ({ status, text, data, headers }) => {
    const error = (kind, limit) => new Refusal(kind, { status, limit });
    // It has a limit for each second, and doesn't say when it is over.
    if (status == 429 && !headers.get("Retry-After")) return error("rate-limited", 5);
    if (status == 403 && text.startsWith("Access denied")) return error("site-unknown");
    switch (data?.code) {
      case 1:
      case 5:
        return error("not-found");
      case 3:
        return error("token-invalid");
      case 4:
        if (/empty/.test(data.error)) return error("text-empty");
        return /exceeded/.test(data.error) ? error("text-too-long", limit()) : error("text-refused");
      case 6:
        return error("site-unknown");
      // The reader is blocked, or the page is old.
      case 7:
      case 8:
        return error("closed");
      case 10:
        return error("edit-window-closed", config?.edit_duration);
      case 11:
        return error("answered");
      case 13:
        return error("own-comment");
      case 14:
        return error("already-voted");
      case 19:
      case 20:
        return error("text-refused");
    }
  };

  // By cookies, which count together with what one of them says alone; or by a token in a header. An empty
  // header is none.
  const proof = () => {
    const xsrf = isNear && cookie("XSRF-TOKEN");
    const token = recall(store)?.token;
    return xsrf ? { "X-XSRF-TOKEN": xsrf } : token ? { "X-JWT": token } : undefined;
  };
  const settings = ({ query, ...rest } = {}) => ({
    headers: proof(),
    credentials: isNear ? "include" : "omit",
    refused,
    ...rest,
  });
  const call = async (path, given) => {
    const where = address(api, "/api/v1" + path, { site, ...given?.query });
    const answer = await request(where, settings(given));
    // It may hand out another one at any time.
    const token = answer.headers.get("X-JWT");
    if (token) keep(store, { ...recall(store), token });
    return answer;
  };
  const of = (id) => `/comment/${encodeURIComponent(id)}`;

  const user = async () => {
    if (!proof()) return undefined;
    try {
      const { data } = await call("/user");
      return data?.id ? data : undefined;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  };

  const enter = async (name) => {
    const where = address(api, "/auth/anonymous/login", { user: name, aud: site });
    const before = cookie("XSRF-TOKEN");
    const { data, headers } = await request(where, settings({ headers: undefined }));
    const token = headers.get("X-JWT");
    if (!token && !(isNear && (await comes("XSRF-TOKEN", before)))) {
      isCut = true;
      console.error(SETUP);
      throw new Refusal("closed");
    }
    keep(store, { name, token: token ?? undefined });
    me = data;
  };

  // Does what needs somebody, as whoever has signed in, or by that name. A token is good for minutes: when it
  // is over, the name gets a new one.
  const as = async (given, act) => {
    const name = given && admitted(given);
    const isThere = isMember() || (me && (!name || me.name == name));
    if (!isThere) await enter(name || recall(store)?.name || NOBODY);
    try {
      return await act();
    } catch (error) {
      const last = me?.name;
      if (error.status != 401 || isMember()) throw error;
      await enter(last ?? NOBODY);
      return act();
    }
  };
  // Whose a comment is, to go by that name again.
  const tokenOf = () => (isMember() ? "member" : "name:" + encodeURIComponent(me.name));
  const nameOf = (token) => (token.startsWith("name:") ? decodeURIComponent(token.slice(5)) : undefined);

  const wanted = (isClosed) => {
    const orders = ["newest", "oldest", "top", "discussed"];
    const login = elsewhere().length ? ["login"] : [];
    const mayPost = !config?.subscribers_only || me?.paid_sub;
    const isKnown = isMember() || providers().includes("anonymous");
    if (isClosed || isCut || !isKnown || !mayPost) return [...login, ...orders];
    const named = isMember() ? [] : ["name", "name-required"];
    const rest = ["post", "reply", "edit", "delete", "unanswered", "preview", "unvote"];
    return [...named, ...rest, ...login, ...orders];
  };

  return {
    offers,
    list: async () => {
      const configured = call("/config").then(({ data }) => (config = data), () => {});
      // Answers to answers stand where they belong, and tombstones only where something stands below them.
      const query = { url, sort: "-time", format: "tree" };
      const [found, known] = await Promise.all([
        json(address(api, "/api/v1/find", { site, ...query }), settings()),
        user().catch(() => undefined),
        configured,
      ]);
      me = known;
      if (!isNear && config && !config.send_jwt_header && !isCut) {
        isCut = true;
        console.error(SETUP);
      }
      const comments = [];
      // Go writes an empty list as `null`, unless it is told otherwise.
      const given = found?.comments === null ? [] : found?.comments;
      const left = Array.isArray(given) ? [...given] : undefined;
      while (left?.length) {
        const { comment, replies } = left.shift() ?? {};
        if (me && comment) voted.set(comment.id, comment.vote | 0);
        comments.push(comment && commentOf(comment));
        if (Array.isArray(replies)) left.push(...replies);
      }
      const isClosed = !!found?.info?.read_only;
      const words = wanted(isClosed);
      const mayVote = words.includes("post") && (isMember() || config?.anon_vote);
      return {
        comments: left && comments,
        votes: mayVote ? "both" : "none",
        limits: { textBytes: limit(), authorBytes: 64, editSeconds: config?.edit_duration ?? 300 },
        offers: words,
        setup: isCut,
      };
    },
    source: async ({ id }) => (await call(`/id/${encodeURIComponent(id)}`, { query: { url } })).data?.orig,
    create: ({ text, parent, author, title }) => {
      if (!author && !isMember()) throw new Refusal("name-required");
      return as(author, async () => {
        const body = { text, pid: parent, title, locator: { site, url } };
        const { data } = await call("/comment", { method: "POST", body });
        return { comment: commentOf(data ?? {}), token: tokenOf() };
      });
    },
    token: () => (me ? tokenOf() : ""),
    edit: ({ id, token, text }) =>
      as(nameOf(token), async () => {
        const body = { text, summary: "" };
        const { data } = await call(of(id), { method: "PUT", query: { url }, body });
        return commentOf(data);
      }),
    remove: ({ id, token }) =>
      as(nameOf(token), async () => {
        // What is left in its answer is gone from its lists.
        await call(of(id), { method: "PUT", query: { url }, body: { delete: true } });
      }),
    think: ({ id, vote, before }) =>
      as(undefined, async () => {
        const wish = VALUES[vote] ?? 0;
        let now = voted.get(id) ?? VALUES[before] ?? 0;
        const path = `/vote/${encodeURIComponent(id)}`;
        let counts;
        // The opposite of a vote takes it back, and only then counts itself.
        while (now != wish) {
          const step = Math.sign(wish - now);
          counts = await call(path, { method: "PUT", query: { url, vote: step } });
          now += step;
          voted.set(id, now);
        }
        counts ??= await call(`/id/${encodeURIComponent(id)}`, { query: { url } });
        return counted(counts.data?.score | 0);
      }),
    preview: ({ text }) =>
      as(undefined, async () => (await call("/preview", { method: "POST", body: { text } })).text),
    user: () => (isMember() ? me.name : undefined),
    login: async () => {
      // Its own page that closes the window it stands in.
      const from = api + "/web/iframe.html?selfClose";
      const at = (provider) => address(api, `/auth/${encodeURIComponent(provider)}/login`, { from, site });
      const chosen = await popup(options, elsewhere(), at);
      if (!chosen) return;
      await until(chosen.opened, {
        look: async () => {
          me = (await user()) ?? me;
          return isMember();
        },
      });
    },
    logout: async () => {
      await request(address(api, "/auth/logout"), settings());
      keep(store, undefined);
      me = undefined;
    },
  };
};
