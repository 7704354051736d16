// Comentario 3 (https://docs.comentario.app/, resources/swagger in its repository). `data-api` is the server's
// address, `data-site` the host that its domain has there, and `data-page-id` the page's path. Written by its
// published API and its source: no server was there to try it against.
import { inPortions } from "./lib/counting.js";
import { address, request } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { popup, until } from "./lib/popup.js";
import { keep, recall } from "./lib/storage.js";
import { bytes } from "./lib/text.js";

export const offers =
  "post reply name edit delete preview newest oldest top discussed unvote login";
export const votes = "both";

const VALUES = { up: 1, down: -1 };

// It counts votes up and down together.
const counted = (score) => ({ up: Math.max(score | 0, 0), down: Math.max(-score | 0, 0) });

const KINDS = {
  "comment-text-too-long": "text-too-long",
  "domain-readonly": "closed",
  "page-readonly": "closed",
  "user-readonly": "closed",
  "user-banned": "closed",
  "user-locked": "closed",
  "not-allowed": "closed",
  "self-vote": "own-comment",
  unauthenticated: "login-required",
  unauthorized: "token-invalid",
  "not-moderator": "token-invalid",
  "unknown-host": "site-unknown",
};

/** Most pages that are counted by one request. */
const COUNTED = 32;

const pathOf = ({ pageId }) => (pageId.startsWith("/") ? pageId : "/" + pageId);

/** How many comments each page has. */
export const counts = (places) => {
  const { api, site } = places[0];
  return inPortions(places.map(pathOf), COUNTED, async (paths) => {
    const body = { host: site || location.host, paths };
    const { data } = await request(address(api, "/api/embed/comments/counts"), { method: "POST", body });
    if (!data?.commentCounts) throw new BadAnswer("no counts");
    // A page that nobody has commented on is none there.
    return paths.map((path) => data.commentCounts[path] ?? 0);
  });
};

export default (options) => {
  const { api, lang } = options;
  const host = options.site || location.host;
  const path = pathOf(options);
  const store = `afterword:comentario:${api}:${host}`;

  let about = {};
  let me;
  const limit = () => bytes(about.maxCommentLength || 4096, lang);

  const refused = ({ status, data }) => {
    const kind = KINDS[data?.id] ?? (status == 404 && data ? "not-found" : undefined);
    const length = kind == "text-too-long" ? limit() : undefined;
    return kind && new Refusal(kind, { status, limit: length });
  };
  const call = async (where, { method = "POST", body, token } = {}) => {
    const session = recall(store);
    const headers = token
      ? { Authorization: `Bearer ${token}` }
      : session && { "X-User-Session": session };
    return (await request(address(api, "/api/" + where), { method, body, headers, refused })).data;
  };
  const one = (id) => `embed/comments/${encodeURIComponent(id)}`;

  const commentOf = (given, author) => ({
    id: given.id,
    parent: given.parentId,
    author: given.authorName || author?.name,
    website: given.authorName ? undefined : author?.websiteUrl,
    created: given.createdTime,
    edited: given.editedTime,
    html: given.html,
    status: given.isDeleted ? "deleted" : given.isPending ? "pending" : "published",
    pinned: given.isSticky,
    ...counted(given.score),
  });

  const user = async () => {
    if (!recall(store)) return undefined;
    const found = await call("embed/auth/user");
    // Without one it answers nothing.
    if (!found?.id) keep(store, undefined);
    return found?.id ? found : undefined;
  };

  const token = () => (me ? "session" : "");

  const wanted = () => {
    const orders = ["newest", "oldest", "top", "discussed"];
    const login = about.idps?.length ? ["login"] : [];
    const isClosed = about.isDomainReadonly || about.isPageReadonly || (me && !me.isCommenter && !me.isModerator);
    if (isClosed) return orders;
    if (!me && !about.authAnonymous) return [...login, ...orders];
    const words = ["post", "reply", "preview", ...login, ...orders];
    // Who has no account can't prove what was theirs.
    if (!me) return ["name", ...words];
    if (about.commentEditingAuthor) words.push("edit");
    if (about.commentDeletionAuthor) words.push("delete");
    return ["unvote", ...words];
  };

  return {
    offers,
    list: async () => {
      me = await user().catch(() => undefined);
      const found = await call("embed/comments", { body: { host, path } });
      if (!found?.pageInfo) throw new BadAnswer("no list of Comentario's");
      about = found.pageInfo;
      const known = Array.isArray(found.commenters) ? found.commenters : [];
      const people = new Map(known.map((person) => [person?.id, person]));
      // No comments are none at all.
      const given = found.comments ?? [];
      if (!Array.isArray(given)) throw new BadAnswer("no list of comments");
      return {
        comments: given.map((it) => it && commentOf(it, people.get(it.userCreated))),
        votes: about.enableCommentVoting && me ? "both" : "none",
        limits: { textBytes: limit(), authorBytes: 63 },
        offers: wanted(),
      };
    },
    source: async ({ id }) => (await call(one(id), { method: "GET" }))?.comment?.markdown,
    create: async ({ text, parent, author }) => {
      const body = {
        host,
        path,
        unregistered: !me,
        authorName: me ? undefined : author,
        parentId: parent,
        markdown: text,
      };
      const made = await call("embed/comments", { method: "PUT", body });
      if (!made?.comment) throw new BadAnswer("no comment");
      return { comment: commentOf(made.comment, made.commenter ?? me), token: token() };
    },
    token,
    edit: async ({ id, text }) => {
      const { comment } = await call(one(id), { method: "PUT", body: { markdown: text } });
      return commentOf(comment, me);
    },
    remove: async ({ id }) => {
      await call(one(id), { method: "DELETE" });
      // Below what has been answered a tombstone stays, if the domain shows those; then it is in the list.
    },
    think: async ({ id, vote }) =>
      counted((await call(one(id) + "/vote", { body: { direction: VALUES[vote] ?? 0 } }))?.score),
    preview: async ({ text }) =>
      (await call("embed/comments/preview", { body: { domainId: about.domainId, markdown: text } }))?.html,
    user: () => me?.name,
    login: async () => {
      const all = about.idps.map(({ id }) => id);
      // The window first: what comes after a request is no press's any more.
      const chosen = await popup(options, all, () => "");
      if (!chosen) return;
      const { service, opened } = chosen;
      const { token } = await call("embed/auth/login/token");
      opened.location = address(api, `/api/oauth/${encodeURIComponent(service)}`, { host, token });
      // The token is worth something once the service has said who it is, and then its page closes itself.
      const given = await until(opened, {
        look: async (isClosed) =>
          isClosed ? call("embed/auth/login/token", { method: "PUT", body: { host }, token }) : undefined,
      });
      if (!given?.sessionToken) return;
      keep(store, given.sessionToken);
      me = given.principal;
    },
    logout: async () => {
      await call("embed/auth/logout").catch(() => {});
      keep(store, undefined);
      me = undefined;
    },
  };
};
