// Isso (https://isso-comments.de/docs/reference/server-api/). `data-api` is the server's address,
// `data-page-id` what Isso calls the uri.
import { inPortions, listed } from "./lib/counting.js";
import { address, json, request } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { keep, recall } from "./lib/storage.js";
import { unescape } from "./lib/text.js";

/** For how long Isso lets an author change a comment by default, in seconds. */
const EDIT_SECONDS = 900;
const ACCEPT = { Accept: "application/json" };
/** Most pages that are counted by one request. */
const MOST = 100;

export const offers = "post reply name website edit delete preview newest oldest top discussed";
export const votes = "both";
export const levels = 1;

// Isso gives an id away again when the newest comment was deleted: with its time it is one comment's.
const idOf = ({ id, created }) => (id == null ? undefined : `${id}-${Math.floor(created)}`);
const number = (id) => id.split("-")[0];

const STATUSES = { 1: "published", 2: "pending", 4: "deleted" };

const commentOf = (given, parent) => ({
  id: idOf(given),
  parent,
  // It escapes them, though it sends no HTML.
  author: given.author && unescape(given.author),
  website: given.website && unescape(given.website),
  created: given.created * 1000,
  edited: given.modified && given.modified * 1000,
  html: given.text,
  status: STATUSES[given.mode],
  up: given.likes,
  down: given.dislikes,
});

// Most of its refusals are a sentence, in JSON or in a page.
const refused = ({ status, text }) => {
  const says = (word) => text.toLowerCase().includes(word);
  if (says("ratelimit")) return new Refusal("rate-limited", { status, limit: 60 });
  if (says("direct responses")) return new Refusal("closed", { status });
  if (says("edit time frame")) return new Refusal("duplicate", { status });
  if (says("website")) return new Refusal("website-invalid", { status });
  if (says("email address")) return new Refusal("email-required", { status });
  if (says("author")) return new Refusal("name-required", { status });
  if (says("too short") || says("too long") || says("text")) return new Refusal("text-refused", { status });
  if (status == 403) return new Refusal("token-invalid", { status });
  if (status == 404) return new Refusal("not-found", { status });
  return undefined;
};

/** How many comments each page has. */
export const counts = (places) =>
  inPortions(
    places.map(({ pageId }) => pageId),
    MOST,
    async (body) =>
      listed(await json(address(places[0].api, "/count"), { method: "POST", body, headers: ACCEPT }), body),
  );

export default ({ api, pageId }) => {
  const seconds = `afterword:isso:${api}:seconds`;
  // Ids as the thread has them, by Isso's numbers: an answer to an answer is one to its root there.
  const ids = new Map();

  // Its cookie is what makes a comment its author's.
  const call = (path, options) =>
    json(address(api, path, options?.query), {
      headers: ACCEPT,
      credentials: "include",
      refused,
      ...options,
    });

  const flat = (given, parent) => {
    if (given?.id == null) return [undefined];
    ids.set(String(given.id), idOf(given));
    const comment = commentOf(given, parent);
    const replies = Array.isArray(given.replies) ? given.replies : [];
    return [comment, ...replies.flatMap((reply) => flat(reply, comment.id))];
  };

  const wanted = (config = {}) => {
    const words = offers.split(" ").filter((word) => word != "website" || config["website-field"] !== false);
    if (config["require-author"]) words.push("name-required");
    if (config["require-email"]) words.push("email", "email-required");
    return words;
  };

  // Where the browser keeps no cookies of other sites, nobody can change what they wrote: then it is
  // not offered.
  const isOwn = async (id) => {
    try {
      await call(`/id/${id}`, { query: { plain: 1 } });
      return true;
    } catch {
      return false;
    }
  };

  const token = async ({ id }) => ((await isOwn(number(id))) ? "cookie" : "");

  return {
    offers,
    list: async () => {
      const answer = await call("/", { query: { uri: pageId } });
      const { replies, config, hidden_replies: hidden } = answer ?? {};
      ids.clear();
      return {
        comments: Array.isArray(replies) ? replies.flatMap((root) => flat(root)) : undefined,
        votes: "both",
        offers: wanted(config ?? {}),
        limits: { textBytes: 65_535, editSeconds: recall(seconds) ?? EDIT_SECONDS },
        incomplete: hidden > 0,
      };
    },
    source: async ({ id }) => (await call(`/id/${number(id)}`, { query: { plain: 1 } })).text,
    create: async ({ parent, author, email, website, text, title }) => {
      const { data, headers } = await request(address(api, "/new", { uri: pageId }), {
        method: "POST",
        body: {
          text,
          author: author ?? null,
          email: email ?? null,
          website: website ?? null,
          parent: parent ? +number(parent) : null,
          // Without one it asks the page for it.
          title: title || pageId,
        },
        headers: ACCEPT,
        credentials: "include",
        refused,
      });
      if (data?.id == null) throw new BadAnswer("no comment");
      const most = /max-age=(\d+)/i.exec(headers.get("X-Set-Cookie") ?? "")?.[1];
      if (most) keep(seconds, +most);
      const above = data.parent == null ? undefined : ids.get(String(data.parent)) ?? parent;
      const comment = commentOf(data, above);
      ids.set(String(data.id), comment.id);
      return { comment, token: await token(comment) };
    },
    token,
    edit: async ({ id, text }) => {
      const before = await call(`/id/${number(id)}`, { query: { plain: 1 } });
      const body = { text, author: before.author, website: before.website };
      const edited = await call(`/id/${number(id)}`, { method: "PUT", body });
      return commentOf(edited, edited.parent == null ? undefined : ids.get(String(edited.parent)));
    },
    remove: async ({ id }) => {
      const left = await call(`/id/${number(id)}`, { method: "DELETE" });
      return left?.id == null ? undefined : { ...commentOf(left), id };
    },
    think: async ({ id, vote }) => {
      const path = `/id/${number(id)}/${vote == "down" ? "dislike" : "like"}`;
      const counted = await call(path, { method: "POST" });
      if (!counted) throw new Refusal("not-found");
      if (counted.message) throw new Refusal("already-voted");
      return { up: counted.likes, down: counted.dislikes };
    },
    preview: async ({ text }) => (await call("/preview", { method: "POST", body: { text } })).text,
  };
};
