// WordPress (https://developer.wordpress.org/rest-api/reference/comments/). `data-api` is the site's address;
// `data-post-id` the post's number, or `data-slug` its name in addresses: when neither is there, the last part
// of the page's address is.
import { inPortions, oneByOne } from "./lib/counting.js";
import { address, request } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { keep, recall } from "./lib/storage.js";
import { escape, unescape } from "./lib/text.js";

const PORTION = 100;
/** How many portions are read at most, and how many at a time. */
const MOST = 50;
const TOGETHER = 5;
/** For how many seconds two comments of one reader must be apart. */
const FLOOD = 15;
/** For how long it is remembered that readers can't post, in milliseconds: the owner may change it. */
const REMEMBERED = 3_600_000;
const ORDERS = ["newest", "oldest", "discussed"];
const FIELDS = "id,parent,author_name,author_url,date_gmt,content,status";

export const offers = "post reply name website email name-required email-required newest oldest discussed";

const NO_POST =
  "Afterword: WordPress has no post for this page. Say which one it is: data-post-id=\"NUMBER\" or data-slug=\"NAME\".";
const NO_ENTRY =
  "Afterword: this WordPress takes comments from here only of readers with an account. To take them of others, add to " +
  "a plugin or the theme's functions.php: add_filter('rest_allow_anonymous_comments', '__return_true'); and turn off " +
  "\"Users must be registered and logged in to comment\" in Settings, Discussion.";

const STATUSES = { hold: "pending", spam: "pending", trash: "deleted" };

const commentOf = (given) => ({
  id: given.id,
  parent: given.parent,
  author: given.author_name && unescape(given.author_name),
  website: given.author_url,
  // In UTC, and it doesn't say so.
  created: given.date_gmt && given.date_gmt + "Z",
  html: given.content?.rendered,
  status: STATUSES[given.status],
});

const refused = ({ status, data }) => {
  const code = String(data?.code);
  const error = (kind, limit) => Object.assign(new Refusal(kind, { status, limit }), { code });
  const { params } = data?.data ?? {};
  switch (code) {
    case "comment_flood":
      return error("rate-limited", FLOOD);
    case "comment_duplicate":
      return error("duplicate");
    case "rest_comment_login_required":
      return error("login-required");
    case "rest_comment_author_data_required":
    case "rest_comment_author_invalid":
      return error("email-required");
    case "rest_comment_content_invalid":
      return error("text-empty");
    case "comment_content_column_length":
      return error("text-too-long", 65_525);
    case "comment_author_column_length":
      return error("author-too-long", 245);
    case "comment_author_email_column_length":
      return error("email-invalid");
    case "comment_author_url_column_length":
      return error("website-invalid");
    case "rest_comment_invalid_id":
      return error("parent-not-found");
    case "rest_comment_closed":
    case "rest_comment_draft_post":
    case "rest_comment_trash_post":
    case "rest_comment_invalid_post_id":
    case "rest_cannot_read_post":
      return error("closed");
    case "rest_invalid_param":
      if (params?.author_email) return error("email-invalid");
      if (params?.author_url) return error("website-invalid");
  }
  return status != 429 && data?.code && error("");
};

// What calls a WordPress.
const caller = (api) => {
  // Whether its addresses are plain ones; and whether that is known.
  let isPlain = false;
  let isSure = false;
  const call = async (path, { query, ...rest } = {}) => {
    const where = () =>
      isPlain
        ? address(api, "/", { rest_route: "/wp/v2" + path, ...query })
        : address(api, "/wp-json/wp/v2" + path, query);
    try {
      const answer = await request(where(), { refused, ...rest });
      if (answer.data === undefined) throw new BadAnswer(`${where()} answered no JSON`);
      isSure = true;
      return answer;
    } catch (error) {
      // A site without a rewriting server knows no such path, and says so with a page that no other origin reads.
      const isMissing = error.name == "BadAnswer" || error.name == "TypeError" || (error.status == 404 && !error.code);
      if (isSure || isPlain || !isMissing) throw error;
      isPlain = true;
      try {
        return await call(path, { query, ...rest });
      } catch {
        isPlain = false;
        throw error;
      }
    }
  };
  return call;
};

// What a post is called in addresses.
const nameOf = ({ slug, pageUrl }) => {
  const name = slug || new URL(pageUrl, location.href).pathname.split("/").findLast(Boolean);
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
};

// The numbers of posts, by their names.
const numbersOf = async (call, places) => {
  const names = places.map((place) => (+place.postId ? undefined : nameOf(place)));
  return inPortions(names, PORTION, async (names) => {
    const numbers = new Map();
    for (const kind of ["/posts", "/pages"]) {
      const slug = names.filter((name) => !numbers.has(name)).join();
      if (!slug) break;
      const { data } = await call(kind, { query: { slug, per_page: PORTION, _fields: "id,slug" } });
      for (const it of Array.isArray(data) ? data : []) numbers.set(nameOf({ slug: it?.slug }), it?.id);
    }
    return names.map((name) => numbers.get(name));
  });
};

/** How many comments each post has. */
export const counts = async (places) => {
  const call = caller(places[0].api);
  const named = await numbersOf(call, places);
  const posts = places.map(({ postId }, index) => +postId || named[index]);
  return inPortions(posts, PORTION, async (posts) => {
    // Whose they are, of a hundred comments at a time.
    const portion = async (page) => {
      const query = { post: posts.join(), page, per_page: PORTION, _fields: "post" };
      const { data, headers } = await call("/comments", { query });
      if (!Array.isArray(data)) throw new BadAnswer("no list of comments");
      return { data, pages: +headers.get("X-WP-TotalPages") };
    };
    const first = await portion(1);
    // Where there are more portions than posts, each is asked for by itself.
    if (first.pages > posts.length + 1)
      return oneByOne(posts, async (post) => {
        const { headers } = await call("/comments", { query: { post, per_page: 1, _fields: "id" } });
        return +headers.get("X-WP-Total");
      });
    const pages = Array.from({ length: Math.max(first.pages - 1, 0) }, (_, index) => index + 2);
    const rest = await Promise.all(pages.map(portion));
    const all = [first, ...rest].flatMap(({ data }) => data);
    return posts.map((post) => all.filter((it) => it?.post == post).length);
  });
};

export default ({ api, pageUrl, postId, slug }) => {
  const barred = `afterword:wordpress:${api}:barred`;
  let post = postId && +postId;
  const call = caller(api);

  const found = async () => {
    const query = { _fields: "id,comment_status" };
    if (post) {
      // Pages and other kinds of posts have numbers too: then nothing is known, and all is tried.
      return (await call(`/posts/${post}`, { query }).catch(() => undefined))?.data;
    }
    const name = nameOf({ slug, pageUrl });
    for (const kind of name ? ["/posts", "/pages"] : []) {
      const { data } = await call(kind, { query: { slug: name, ...query } });
      if (!Array.isArray(data)) throw new BadAnswer("no list of posts");
      if (data[0]?.id) return data[0];
    }
  };

  const portion = (page) =>
    call("/comments", {
      query: { post, page, per_page: PORTION, order: "asc", orderby: "date_gmt", _fields: FIELDS },
    });

  return {
    offers,
    list: async () => {
      // One request alone first: it shows how it is to be asked.
      const about = await found();
      post ??= about?.id;
      if (!post) {
        console.error(NO_POST);
        return { comments: [], offers: ORDERS, setup: true };
      }
      const first = await portion(1);
      if (!Array.isArray(first.data)) throw new BadAnswer("no list of comments");
      const all = [...first.data];
      const pages = +first.headers.get("X-WP-TotalPages") || 1;
      let incomplete = pages > MOST;
      for (let page = 2; page <= Math.min(pages, MOST); page += TOGETHER) {
        const count = Math.min(TOGETHER, Math.min(pages, MOST) - page + 1);
        const next = Array.from({ length: count }, (_, index) => portion(page + index));
        for (const settled of await Promise.allSettled(next))
          if (Array.isArray(settled.value?.data)) all.push(...settled.value.data);
          else incomplete = true;
      }
      const isBarred = recall(barred) > Date.now();
      if (isBarred) console.error(NO_ENTRY);
      return {
        comments: all.map((it) => it && commentOf(it)),
        limits: { textBytes: 65_525, authorBytes: 245 },
        offers: isBarred || about?.comment_status == "closed" ? ORDERS : offers.split(" "),
        setup: isBarred,
        incomplete,
      };
    },
    create: async ({ text, parent, author, email, website }) => {
      const body = {
        post,
        parent: +(parent ?? 0),
        author_name: author ?? "",
        author_email: email ?? "",
        // An address is checked, even an empty one.
        author_url: website || undefined,
        // It takes HTML, and makes paragraphs of lines by itself.
        content: escape(text),
      };
      try {
        const { data } = await call("/comments", { method: "POST", body });
        return { comment: commentOf(data), token: "" };
      } catch (error) {
        if (error.code == "rest_comment_login_required") {
          keep(barred, Date.now() + REMEMBERED);
          console.error(NO_ENTRY);
        }
        throw error;
      }
    },
  };
};
