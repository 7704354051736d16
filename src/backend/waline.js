// Waline (https://waline.js.org/en/reference/server/api.html). `data-api` is the server's address,
// `data-page-id` what Waline calls the path.
import { inPortions, listed } from "./lib/counting.js";
import { address, json } from "./lib/http.js";
import { popup, until } from "./lib/popup.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { keep, recall } from "./lib/storage.js";

/** Most roots in one answer. */
const PORTION = 100;
const SORTS = { newest: "insertedAt_desc", oldest: "insertedAt_asc", top: "like_desc" };
/** Most pages that are counted by one request. */
const MOST = 100;

export const offers = "post reply name website email newest oldest top unvote edit delete login";
export const votes = "up";
export const portions = true;

// Only who has signed in may change what they wrote.
const ANONYMOUS = offers.replace(" edit delete", "");
// And is known by the name that they have there.
const SIGNED_IN = offers.replace("name website email ", "");

// Its errors have the status 200; what they say may be a text, an object, or nothing.
const refusal = ({ errno, errmsg }, status) => {
  const said = typeof errmsg == "string" ? errmsg : JSON.stringify(errmsg ?? "");
  const says = (word) => said.toLowerCase().includes(word);
  if (errno == 401 || status == 401) return new Refusal("login-required", { status: 401 });
  if (errno == 403 || status == 403) return new Refusal("origin-not-allowed", { status: 403 });
  if (says("too fast")) return new Refusal("rate-limited", { status: 429, limit: 60 });
  if (says("duplicate")) return new Refusal("duplicate");
  if (says("mail")) return new Refusal("email-required");
  if (says("forbidden")) return new Refusal("text-refused");
  if (says("comment")) return new Refusal("text-refused");
  if (errno == 404 || status == 404) return new Refusal("not-found", { status: 404 });
  return new BadAnswer(`Waline says ${errno}: ${said}`);
};

const isComment = (given) => (given?.objectId ?? given?.id) != null;

const commentOf = (given, parent) => ({
  id: given.objectId ?? given.id,
  parent,
  author: given.nick,
  website: given.link,
  created: +given.time || given.insertedAt,
  html: given.comment,
  status: ["waiting", "spam"].includes(given.status) ? "pending" : "published",
  up: given.like,
});

const call = async (api, path, { token, ...options }) => {
  const answer = await json(address(api, "/api" + path, options.query), {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    refused: ({ data, status }) => data?.errno != null && refusal(data, status),
    ...options,
  });
  if (answer?.errno !== 0) throw refusal(answer ?? {}, 200);
  return answer.data;
};

/** How many comments each page has. */
export const counts = (places) => {
  const { api } = places[0];
  return inPortions(
    places.map(({ pageId }) => pageId),
    MOST,
    async (pages) => {
      // It takes a list apart at commas, whatever stands around them.
      const isOne = (page) => !page.includes(",");
      const told = pages.filter(isOne);
      const query = { type: "count", url: told.join() };
      const found = told.length ? listed(await call(api, "/comment", { query }), told) : [];
      return pages.map((page) => (isOne(page) ? found[told.indexOf(page)] : undefined));
    },
  );
};

export default (options) => {
  const { api, pageId, lang } = options;
  const name = `afterword:waline:${api}`;
  // Who has signed in.
  const me = () => recall(name);
  const offered = () => (me() ? SIGNED_IN : ANONYMOUS);
  // By the ids of comments those of their roots, which an answer has to name.
  const roots = new Map();
  // What their authors typed.
  const sources = new Map();

  const ask = (path, { query, ...rest } = {}) =>
    call(api, path, { token: me()?.token, query: { lang, ...query }, ...rest });
  // It is the sign-in's, and not the comment's: the server knows whose it is.
  const token = () => (me() ? "signed-in" : "");

  const told = (given, root) => {
    const id = String(given.objectId ?? given.id);
    roots.set(id, root ?? id);
    sources.set(id, given.orig);
    return commentOf(given, given.pid ?? (root == id ? undefined : root));
  };

  const branchOf = (given) => {
    if (!isComment(given)) return { root: undefined };
    const root = String(given.objectId ?? given.id);
    const children = Array.isArray(given.children) ? given.children : [];
    return {
      root: { ...told(given), parent: undefined },
      replies: children.map((child) => (isComment(child) ? told(child, root) : undefined)),
    };
  };

  return {
    offers: offered(),
    list: async ({ sort, limit, cursor }) => {
      const page = +cursor || 1;
      const query = {
        path: pageId,
        page,
        pageSize: Math.min(limit, PORTION),
        sortBy: SORTS[sort] ?? SORTS.newest,
      };
      const { data, count, totalPages } = await ask("/comment", { query });
      if (!Array.isArray(data)) throw new BadAnswer("Waline's list has no comments");
      return {
        branches: data.map(branchOf),
        next: page < totalPages ? page + 1 : undefined,
        total: count,
        votes: "up",
        offers: offered().split(" "),
      };
    },
    source: ({ id }) => sources.get(id),
    create: async ({ text, parent, author, email, website }) => {
      const given = await ask("/comment", {
        method: "POST",
        body: {
          comment: text,
          url: pageId,
          nick: me()?.name ?? author ?? "",
          mail: email ?? "",
          link: website ?? "",
          ua: navigator.userAgent,
          ...(parent != null && { pid: parent, rid: roots.get(String(parent)) ?? parent }),
        },
      });
      const root = parent == null ? undefined : roots.get(String(parent)) ?? parent;
      return {
        comment: { ...told(given, root), parent },
        token: token(),
      };
    },
    token,
    edit: async ({ id, text }) => {
      const given = await ask(`/comment/${id}`, { method: "PUT", body: { comment: text } });
      if (!given) throw new Refusal("not-found");
      const root = roots.get(id);
      return { ...told(given, root == id ? undefined : root), edited: Date.now() };
    },
    remove: async ({ id }) => {
      await ask(`/comment/${id}`, { method: "DELETE" });
    },
    // Nobody but this browser knows that it was its reader's.
    think: async ({ id, vote }) => {
      const given = await ask(`/comment/${id}`, { method: "PUT", body: { like: vote == "up" } });
      if (!given) throw new Refusal("not-found");
      return { up: given.like };
    },
    user: () => me()?.name,
    login: async () => {
      const chosen = await popup(options, ["Waline"], () => address(api, "/ui/login", { lng: lang }));
      if (!chosen) return;
      const user = await until(chosen.opened, {
        heard: ({ data, origin }) =>
          origin == new URL(api).origin && data?.type == "userInfo" && data.data?.token ? data.data : undefined,
      });
      if (user) keep(name, { token: user.token, name: user.display_name, id: user.objectId });
    },
    logout: () => {
      keep(name, undefined);
    },
  };
};
