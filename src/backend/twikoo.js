// Twikoo 1.6 and 1.7 (https://twikoo.js.org/en/). `data-api` is what its own script calls `envId`, an address;
// `data-page-id` what it calls `path`.
import { inPortions } from "./lib/counting.js";
import { json } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { bytes, words } from "./lib/text.js";
import { branches } from "./lib/whole.js";

/** How its own script calls what it keeps: who has commented with that is still the same. */
const TOKEN = "twikoo-access-token";
/** How many portions are searched for a comment at most. */
const MOST = 20;
/** Most pages that are counted by one request. */
const COUNTED = 100;
const ORDERS = ["oldest", "top", "discussed"];
const SETUP =
  "Afterword: this Twikoo wants a captcha of another company before each comment (CAPTCHA_PROVIDER). The widget " +
  "brings no such scripts into a page, so nothing can be sent until it is turned off in Twikoo's settings.";

export const offers = "post reply name website email delete unanswered preview newest oldest top discussed unvote";
export const votes = "both";
export const portions = true;

let memory;
const kept = () => {
  try {
    return localStorage.getItem(TOKEN) ?? memory;
  } catch {
    return memory;
  }
};
const keep = (token) => {
  memory = token;
  try {
    localStorage.setItem(TOKEN, token);
  } catch {}
};

// It says what is wrong in Chinese, with one code for all.
const refusal = ({ code, message }) => {
  const says = (text) => String(message).includes(text);
  if (says("频率") || says("火爆")) return new Refusal("rate-limited", { limit: 600 });
  if (says("邮箱")) return new Refusal("email-required");
  if (says("不存在")) return new Refusal("not-found");
  if (says("自己的评论")) return new Refusal("token-invalid");
  if (says("字数") || says("过长")) return new Refusal("text-too-long");
  if (code == 1024 || says("登录")) return new Refusal("login-required");
  if (code == 1403) return new Refusal("closed");
  if (code == 1000) return new Refusal("text-refused");
  return new Refusal("", { status: 500 });
};

// The text as HTML: the server takes no Markdown. As with its own script a line break is one, and blanks
// before a line make no code of it.
const rendered = async (text) => {
  const { Marked } = await import("./lib/markdown.js");
  const marked = new Marked({ gfm: true, breaks: true, tokenizer: { code: () => undefined } });
  return marked.parse(text);
};

const send = async (api, event, fields) => {
  const body = { event, accessToken: kept(), ...fields };
  const data = await json(api, { method: "POST", body });
  if (!data || typeof data != "object") throw new BadAnswer("no answer of Twikoo's");
  if (data.accessToken) keep(String(data.accessToken));
  if (data.code) throw refusal(data);
  return data;
};

/** How many comments some pages have, by their keys. */
const count = async (api, urls) => {
  const { data } = await send(api, "GET_COMMENTS_COUNT", { urls, includeReply: true });
  const found = new Map((Array.isArray(data) ? data : []).map((it) => [it?.url, it?.count]));
  return urls.map((url) => found.get(url));
};

/** How many comments each page has. */
export const counts = (places) =>
  inPortions(
    places.map(({ pageId }) => pageId),
    COUNTED,
    (urls) => count(places[0].api, urls),
  );

export default ({ api, pageId, lang }) => {
  // What is known of each comment: the root it stands below, and what is thought of it.
  const known = new Map();
  let config = {};
  let top;

  const call = (event, fields) => send(api, event, fields);

  const commentOf = (given, root) => {
    const { ups, downs, like, liked, disliked } = given;
    known.set(given.id, { root, up: ups ?? like ?? 0, down: downs ?? 0, vote: liked ? "up" : disliked && "down" });
    return {
      id: given.id,
      parent: root && (given.pid || root),
      author: given.nick,
      website: given.link,
      created: given.created,
      html: given.comment,
      // Only who has sent it is told of it.
      status: given.isSpam ? "pending" : "published",
      pinned: !!given.top,
      up: known.get(given.id).up,
      down: known.get(given.id).down,
    };
  };

  // Whoever has its token is the author of all that was sent with it.
  const token = () => "own";

  const portion = async (before) => {
    const found = await call("COMMENT_GET", { url: pageId, before, sort: "newest" });
    if (!Array.isArray(found.data)) throw new BadAnswer("no list");
    // It tells an error beside an empty list.
    if (found.message && !found.data.length) throw refusal(found);
    const roots = found.data.filter((it) => it?.id);
    const answers = roots.flatMap(({ replies }) => (Array.isArray(replies) ? replies : []));
    const incomplete = [...found.data, ...answers].some((it) => !it?.id);
    const all = roots.flatMap((root) => {
      const replies = Array.isArray(root.replies) ? root.replies.filter((it) => it?.id) : [];
      // What its author has deleted is gone, and what answered it is not.
      const ids = new Set([root.id, ...replies.map(({ id }) => id)]);
      const below = replies.map((it) => commentOf({ ...it, pid: ids.has(it.pid) ? it.pid : root.id }, root.id));
      return [commentOf(root), ...below];
    });
    const last = roots.findLast((root) => !root.top)?.created;
    return { all, incomplete, count: found.count, next: found.more && Number.isFinite(last) ? last : undefined };
  };

  const shown = ({ all, next, incomplete }) => ({
    branches: branches(all.map((it) => ({ ...it }))).map(({ root, replies }) => ({ root, replies })),
    next,
    incomplete,
  });

  const isGuarded = () => {
    const { CAPTCHA_PROVIDER: kind, TURNSTILE_SITE_KEY: turnstile, GEETEST_CAPTCHA_ID: geetest } = config;
    return kind == "Cap" || (kind == "Turnstile" && !!turnstile) || (kind == "Geetest" && !!geetest);
  };

  const wanted = (isWhole) => {
    const required = config.REQUIRED_FIELDS ?? "nick,mail";
    const displayed = config.DISPLAYED_FIELDS || "nick,mail,link";
    const has = (list, word) => String(list).split(/[, ]+/).includes(word);
    const all = offers.split(" ").filter((word) => {
      if (word == "name") return has(displayed, "nick");
      if (word == "email") return has(displayed, "mail");
      // Its portions go on rightly in one order alone.
      if (ORDERS.includes(word)) return isWhole;
      return word != "website" || has(displayed, "link");
    });
    if (has(required, "nick") && all.includes("name")) all.push("name-required");
    if (has(required, "mail") && all.includes("email")) all.push("email-required");
    return all;
  };

  return {
    offers,
    list: async ({ cursor }) => {
      if (cursor) return { ...top, ...shown(await portion(+cursor)) };
      known.clear();
      // The first answer has the token for the next.
      const first = await portion();
      const [total, told] = await Promise.all([
        count(api, [pageId]).catch(() => undefined),
        call("GET_CONFIG").catch(() => undefined),
      ]);
      config = told?.config ?? {};
      const setup = isGuarded();
      if (setup) console.error(SETUP);
      top = {
        total: total?.[0] ?? first.all.length,
        rootCount: first.count,
        votes: config.SHOW_DISLIKE == "false" ? "up" : "both",
        limits: { textBytes: bytes(+config.LIMIT_LENGTH || 500, lang) },
        offers: setup ? ["newest"] : wanted(!first.next),
        setup,
      };
      if (first.next) return { ...top, ...shown(first) };
      const { rootCount, ...rest } = top;
      return { ...rest, comments: first.all, incomplete: first.incomplete };
    },
    // It knows no single comment.
    find: async ({ id }) => {
      let before;
      for (let turn = 0; turn < MOST; turn++) {
        const found = await portion(before);
        const comment = found.all.find((it) => it.id == id);
        if (comment) {
          const ancestors = [];
          for (let at = comment; at.parent && ancestors.length < MOST; ) {
            at = found.all.find((it) => it.id == at.parent);
            if (!at || ancestors.includes(at)) break;
            ancestors.unshift(at);
          }
          return { comment, ancestors };
        }
        before = found.next;
        if (!before) return undefined;
      }
    },
    create: async ({ text, parent, author, email, website }) => {
      const html = await rendered(text);
      if (!words(html).trim() && !/<img/.test(html)) throw new Refusal("text-empty");
      const root = parent && (known.get(parent)?.root ?? parent);
      const { id } = await call("COMMENT_SUBMIT", {
        nick: author ?? "",
        mail: email ?? "",
        link: website ?? "",
        ua: navigator.userAgent,
        url: pageId,
        href: location.href.split("#")[0],
        comment: html,
        pid: parent,
        rid: root,
      });
      if (!id) throw new BadAnswer("no id");
      // It says no more than that. What it has made of the text, and whether somebody looks at it first, stands
      // in the list.
      const { all } = await portion().catch(() => ({ all: [] }));
      const own = { id, pid: parent, nick: author, link: website, created: Date.now(), comment: html };
      const comment = all.find((it) => it.id == id) ?? commentOf(own, root);
      return { comment, token: token() };
    },
    token,
    remove: async ({ id }) => {
      await call("COMMENT_DELETE_FOR_USER", { id });
    },
    think: async ({ id, vote, before }) => {
      const now = known.get(id) ?? { up: 0, down: 0, vote: before };
      if (now.vote != vote) {
        // The same again takes it back, the opposite changes it.
        await call("COMMENT_LIKE", { id, type: vote ?? now.vote });
        if (now.vote) now[now.vote]--;
        if (vote) now[vote]++;
        now.vote = vote;
      }
      return { up: now.up, down: now.down };
    },
    preview: ({ text }) => rendered(text),
  };
};
