// A topic of a Discourse forum (https://docs.discourse.org/). `data-topic` is its address. The forum has
// to let this page read it: DISCOURSE_ENABLE_CORS and `cors_origins`. Nothing is written: readers answer
// there.
import { attempt, oneByOne } from "./lib/counting.js";
import { array, demand, each, ownApi, swept, text, wrong } from "./lib/elsewhere.js";
import { cover, reduce, unwrap } from "./lib/html.js";
import { address, json } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";

export const offers = "newest oldest top discussed";
export const votes = "up";

/** How many posts are asked for at once, how many questions are asked at a time, and how many posts are
    shown at most. */
const [CHUNK, ATONCE, MOST] = [100, 3, 5000];
/** What is a post, and not a note that something happened. */
const REGULAR = 1;
const LIKE = 2;

const place = (options) => {
  const { topic = "" } = options;
  const found = /^(https?:\/\/.+?)\/t\/(?:[^/?#]*[^/\d?#][^/?#]*\/)?(\d+)(?:[/?#.]|$)/.exec(topic);
  if (!found)
    throw wrong(
      `data-topic is "${topic}"; it has to be the address of a topic, such as "https://forum.example/t/slow-news/5".`,
    );
  const [, home, id] = found;
  return { home, id, api: ownApi(options) ?? home };
};

const refused = ({ status, data, headers }) => {
  if (status == 429 && !headers.get("Retry-After") && data?.extras?.wait_seconds > 0)
    return new Refusal("rate-limited", { status, limit: Math.ceil(data.extras.wait_seconds) });
  // It says so of topics that are not for everybody.
  if (status == 401 || status == 403) return new Refusal("", { status });
  return undefined;
};

const make = (body, name, ...children) => {
  const element = body.ownerDocument.createElement(name);
  element.append(...children);
  return element;
};

/** Reduces what Discourse makes of a text to what is said. */
const plain = (body) => {
  const all = (selector) => [...body.querySelectorAll(selector)];
  for (const it of all(".quote-controls,.meta,.poll-info,.poll-buttons,a.anchor,.cooked-selection-barrier"))
    it.remove();
  for (const box of all("aside.onebox,div.onebox")) {
    const source = box.getAttribute("data-onebox-src");
    const inside = box.querySelector("h3 a, h4 a") ?? box.querySelector("a");
    const link = make(body, "a", (inside?.textContent ?? "").trim() || source || "");
    link.setAttribute("href", source || inside?.getAttribute("href") || "");
    box.replaceWith(make(body, "p", link));
  }
  for (const quote of all("aside.quote")) {
    const block = quote.querySelector("blockquote") ?? make(body, "blockquote");
    const title = quote.querySelector(".title");
    for (const face of title?.querySelectorAll("img") ?? []) face.remove();
    const who = (title?.textContent ?? "").trim();
    const link = title?.querySelector("a[href]");
    if (link) block.prepend(make(body, "p", link));
    else if (who) block.prepend(make(body, "p", make(body, "strong", who)));
    quote.replaceWith(block);
  }
  for (const image of all("img.emoji")) image.replaceWith(image.getAttribute("alt") ?? "");
  for (const link of all("a.lightbox")) {
    const alt = link.querySelector("img")?.getAttribute("alt");
    const title = link.getAttribute("title");
    if (!alt && title) link.querySelector("img")?.setAttribute("alt", title);
  }
  for (const box of all("[data-video-src]")) {
    const link = make(body, "a", "🎞 " + (box.getAttribute("data-video-src").split("/").pop() ?? ""));
    link.setAttribute("href", box.getAttribute("data-video-src"));
    box.replaceWith(link);
  }
  for (const box of all(".youtube-onebox,.lazy-video-container,.lazyYT")) {
    const link = box.querySelector("a[href]");
    if (link) {
      link.textContent = "🎞 " + (box.getAttribute("data-video-title") || link.getAttribute("href"));
      box.replaceWith(make(body, "p", link));
    }
  }
  for (const it of all("summary")) it.replaceWith(make(body, "p", make(body, "strong", ...it.childNodes)));
  for (const it of all("div.spoiler,div.spoiled")) {
    cover(it);
    unwrap(it);
  }
  for (const it of all("span.spoiled")) it.className = "spoiler";
  for (const code of all("code[class*=lang-]"))
    code.className = code.className.replace(/.*?\blang-(\S+).*/, "language-$1");
};

const likes = (post) => array(post.actions_summary).find((it) => it?.id == LIKE)?.count;

const isTopics = (post) => post?.post_type == REGULAR && post.post_number != 1;

/** How many answers each topic has. */
export const counts = async (places) => {
  const topics = attempt(places, place).map((it) => it && address(it.api, `/t/${it.id}.json`));
  return oneByOne(topics, async (topic) => {
    const { posts_count: posts } = (await json(topic, { refused })) ?? {};
    // The first one is what the others answer.
    return Number.isInteger(posts) ? Math.max(posts - 1, 0) : undefined;
  });
};

export default (options) => {
  const { home, id, api } = place(options);
  const ask = (path) => json(address(api, path), { refused });

  // As many of the posts as the forum gives.
  const rest = async (ids) => {
    const posts = [];
    let isWhole = true;
    const chunks = [];
    for (let from = 0; from < ids.length; from += CHUNK) chunks.push(ids.slice(from, from + CHUNK));
    const go = async () => {
      for (let chunk; isWhole && (chunk = chunks.shift()); ) {
        const query = chunk.map((it) => `post_ids[]=${it}`).join("&");
        try {
          const { post_stream: stream } = await ask(`/t/${id}/posts.json?${encodeURI(query)}`);
          posts.push(...demand(stream?.posts, "posts"));
        } catch (error) {
          console.warn("Afterword:", error);
          isWhole = false;
        }
      }
    };
    await Promise.all(Array.from({ length: ATONCE }, go));
    return { posts, isWhole };
  };

  return {
    offers,
    list: async () => {
      const topic = await ask(`/t/${id}.json`);
      if (!topic?.post_stream) throw new BadAnswer("no topic");
      const first = demand(topic.post_stream.posts, "posts");
      const known = new Set(first.map((post) => post?.id));
      const missing = array(topic.post_stream.stream).filter((it) => Number.isInteger(it) && !known.has(it));
      const more = await rest(missing.slice(0, MOST));
      const told = [...first, ...more.posts];
      const isLegible = told.every((post) => post?.id != null);
      const posts = told.filter(isTopics);
      const numbers = new Map(posts.map((post) => [post.post_number, post.id]));
      const isOpen = !topic.closed && !topic.archived;
      const url = `${home}/t/${id}`;
      const { made, isWhole } = await each(posts, (post) => ({
        id: post.id,
        parent: numbers.get(post.reply_to_post_number),
        author: text(post.name).trim() || text(post.username),
        website: text(post.username) && `${home}/u/${encodeURIComponent(post.username)}`,
        created: post.created_at,
        edited: post.version > 1 ? post.updated_at : undefined,
        html: reduce(text(post.cooked), home + "/", plain),
        status: post.deleted_at || post.user_deleted || post.hidden ? "deleted" : "published",
        up: likes(post),
        origin: isOpen ? { url: `${url}/${post.post_number}` } : undefined,
      }));
      return {
        comments: swept(made),
        votes: isOpen ? "up" : "none",
        incomplete: !isWhole || !isLegible || !more.isWhole || missing.length > MOST,
        origin: isOpen ? { url } : undefined,
      };
    },
  };
};
