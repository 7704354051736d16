// A post on Mastodon, or on whatever has its API, and the answers to it
// (https://docs.joinmastodon.org/methods/statuses/#context). `data-status` is the post's address on an
// instance, or its id on the instance at `data-api`. Nothing is written: readers answer from where they
// are.
import { attempt, inPortions } from "./lib/counting.js";
import { array, demand, each, locale, ownApi, text, web, wrong } from "./lib/elsewhere.js";
import { covered, items, link, media, reduce, stack } from "./lib/html.js";
import { address, json } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { escape, paragraphs } from "./lib/text.js";

export const offers = "newest oldest top discussed";
export const votes = "up";

const HIDDEN = ["private", "direct"];

const place = (options) => {
  const url = web(options.status);
  const id = (url?.pathname ?? options.status ?? "").split("/").filter(Boolean).pop();
  const api = ownApi(options) ?? url?.origin;
  if (!api || !/^[\w-]+$/.test(id ?? ""))
    throw wrong(
      `data-status is "${options.status ?? ""}"; it has to be the address of a post, such as "https://mastodon.social/@ada/103189026958574542".`,
    );
  return { api, id, url: url?.href };
};

// An instance says when it answers again, but not by the header that is meant for that.
const refused = ({ status, headers }) => {
  const until = Date.parse(headers.get("X-RateLimit-Reset") ?? "");
  if (status == 429 && until > Date.now())
    return new Refusal("rate-limited", { status, limit: Math.ceil((until - Date.now()) / 1000) });
  // Some show posts only to who has an account.
  if (status == 401) return new Refusal("", { status });
  return undefined;
};

// Names are plain text: what would be a small image there is left out.
const nameOf = ({ display_name: name, acct, username, emojis }) => {
  const known = new Set(array(emojis).map((emoji) => emoji?.shortcode));
  const plain = text(name).replace(/:(\w+):/g, (all, code) => (known.has(code) ? "" : all));
  return plain.trim() || text(acct) || text(username);
};

// Links are shortened by what is meant to be hidden.
const shorten = (body) => {
  for (const it of body.querySelectorAll("a .invisible")) it.remove();
  for (const it of body.querySelectorAll("a .ellipsis")) it.append("…");
};

const poll = ({ options, votes_count: all }, lang) => {
  const share = (votes) => {
    if (!Number.isFinite(votes) || !(all > 0)) return "";
    const format = new Intl.NumberFormat(lang, { style: "percent", maximumFractionDigits: 0 });
    return `: ${format.format(Math.min(votes / all, 1))}`;
  };
  return items(array(options).map((it) => escape(text(it?.title) + share(it?.votes_count))));
};

/** A status as a comment. */
export const commentOf = (status, { api, lang, root, home }) => {
  const { id, account, content, spoiler_text: warning, sensitive, quote } = status;
  if (HIDDEN.includes(status.visibility)) return undefined;
  if (typeof content != "string") throw new TypeError(`no content in ${id}`);
  let html = reduce(content, api, shorten);
  const quoted = text(quote?.quoted_status?.url);
  if (quoted && !html.includes(escape(quoted))) html += `<p>${link(quoted, quoted)}</p>`;
  if (status.poll) html += poll(status.poll, lang);
  const shown = stack(
    array(status.media_attachments).map((it) =>
      media(it?.type, it?.url ?? it?.remote_url, text(it?.description)),
    ),
  );
  if (text(warning).trim()) html = paragraphs(warning) + covered(html + shown);
  else html += sensitive ? covered(shown) : shown;
  const above = status.in_reply_to_id;
  return {
    id,
    parent: above == null || String(above) == root ? undefined : above,
    author: nameOf(account ?? {}),
    website: account?.url,
    created: status.created_at,
    edited: status.edited_at,
    html,
    up: status.favourites_count,
    origin: { url: (web(status.url) ?? web(status.uri))?.href ?? home },
  };
};

/** Whether a status has more answers than were told. An instance tells 60 to who isn't signed in. */
const isShort = (root, statuses) => {
  const told = new Map();
  for (const it of statuses) {
    const above = String(it?.in_reply_to_id);
    told.set(above, (told.get(above) ?? 0) + 1);
  }
  return [root, ...statuses].some((it) => it?.replies_count > (told.get(String(it.id)) ?? 0));
};

/** How many posts an instance tells of at once. */
const PORTION = 20;

/** How many answers each post has, without answers to answers: that is what instances count. */
export const counts = async (places) => {
  const found = new Map();
  const posts = attempt(places, place);
  const ofOne = async (api) => {
    const ids = posts.filter((post) => post?.api == api).map(({ id }) => id);
    const given = await inPortions(ids, PORTION, async (ids) => {
      const query = ids.map((id) => `id[]=${id}`).join("&");
      // Instances before 4.3 tell of one at a time.
      const all = await json(`${api}/api/v1/statuses?${encodeURI(query)}`, { refused }).catch(() =>
        Promise.all(ids.map((id) => json(address(api, `/api/v1/statuses/${id}`), { refused }).catch(() => undefined))),
      );
      const counts = new Map(array(all).map((it) => [String(it?.id), it?.replies_count]));
      return ids.map((id) => counts.get(id));
    });
    ids.forEach((id, index) => found.set(`${api} ${id}`, given[index]));
  };
  await Promise.all([...new Set(posts.map((post) => post?.api))].filter(Boolean).map(ofOne));
  return posts.map((post) => post && found.get(`${post.api} ${post.id}`));
};

export default (options) => {
  const { api, id, url } = place(options);
  const ask = (path) => json(address(api, `/api/v1/statuses/${id}${path}`), { refused });
  const lang = locale(options.lang);
  return {
    offers,
    list: async () => {
      const [root, context] = await Promise.all([ask(""), ask("/context")]);
      if (root?.id == null) throw new BadAnswer("no status");
      const statuses = demand(context?.descendants, "descendants");
      const home = web(root.url)?.href ?? url ?? api;
      const around = { api, lang, root: String(root.id), home };
      const { made, isWhole } = await each(statuses, (status) => commentOf(status, around));
      return {
        comments: made,
        votes: "up",
        incomplete: !isWhole || isShort(root, statuses),
        origin: { url: home },
      };
    },
  };
};
