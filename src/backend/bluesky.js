// A post on Bluesky and the answers to it
// (https://docs.bsky.app/docs/api/app-bsky-feed-get-post-thread). `data-post` is the post's address on
// the web, or its at:// address; `data-api` another server than Bluesky's public one. Nothing is
// written: readers answer from where they are.
import { attempt, inPortions } from "./lib/counting.js";
import { array, each, ownApi, text, wrong } from "./lib/elsewhere.js";
import { covered, link, media, stack } from "./lib/html.js";
import { address, json } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { escape } from "./lib/text.js";

export const offers = "newest oldest top discussed";
export const votes = "up";

const API = "https://public.api.bsky.app";
const HOME = "https://bsky.app";
const POST = "app.bsky.feed.post";
/** How many levels are asked for: as many as the server gives. */
const DEPTH = 1000;

/** Labels of what isn't shown; the last of the first four is what people wear who don't want to be
    read without an account. */
const HIDE = /^(!hide|!takedown|!suspend|!no-unauthenticated|spam)$/;
/** Labels of what is covered. */
const COVER =
  /^(!warn|porn|sexual|sexual-figurative|nudity|graphic-media|gore|nsfl|self-harm|intolerant|threat|rude|illicit|misinfo|misleading|unsafe-link|scam|security|impersonation|inauthentic)$/;

const refused = ({ status, data }) => {
  if (data?.error == "NotFound" || data?.error == "InvalidHandle") return new Refusal("", { status: 404 });
  if (status == 401) return new Refusal("", { status });
  return undefined;
};

// `https://bsky.app/profile/WHO/post/KEY`, or `at://WHO/app.bsky.feed.post/KEY`.
const place = ({ post = "" }) => {
  const found =
    /^https?:\/\/[^/]+\/profile\/([^/?#]+)\/post\/([^/?#]+)/.exec(post) ??
    /^at:\/\/([^/]+)\/app\.bsky\.feed\.post\/([^/?#]+)/.exec(post);
  if (!found)
    throw wrong(
      `data-post is "${post}"; it has to be the address of a post, such as "https://bsky.app/profile/ada.example/post/3kabc".`,
    );
  return found.slice(1).map(decodeURIComponent);
};

const webAddress = (author, uri) => {
  const who = text(author?.did) || text(author?.handle);
  return `${HOME}/profile/${who}/post/${text(uri).split("/").pop()}`;
};

const labelled = (which, ...labels) =>
  labels.flatMap(array).some((it) => {
    const isOver = it?.neg || Date.parse(it?.exp) < Date.now();
    return !isOver && which.test(text(it?.val));
  });
const isHidden = (post) => labelled(HIDE, post.labels, post.author?.labels);
const isCovered = (post) => labelled(COVER, post.labels, post.author?.labels);

const target = ({ $type, uri, did, tag }) => {
  if ($type == "app.bsky.richtext.facet#link") return text(uri);
  if ($type == "app.bsky.richtext.facet#mention") return `${HOME}/profile/${text(did)}`;
  if ($type == "app.bsky.richtext.facet#tag") return `${HOME}/hashtag/${encodeURIComponent(text(tag))}`;
  return undefined;
};

/** A text with its links as HTML. They stand where they are by bytes of UTF-8; one that reaches into
    another, or into a sign, is none. */
export const rich = (words, facets) => {
  const bytes = new TextEncoder().encode(words);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const part = (from, to) => decoder.decode(bytes.subarray(from, to));
  const isBetweenSigns = (at) => at == bytes.length || (bytes[at] & 0xc0) != 0x80;
  const lines = (said) => escape(said).replace(/\r?\n/g, "<br>");
  const links = array(facets)
    .map((facet) => {
      const { byteStart, byteEnd } = facet?.index ?? {};
      const address = array(facet?.features).map((it) => it && target(it)).find(Boolean);
      return { from: byteStart, to: Math.min(byteEnd, bytes.length), address };
    })
    .filter(({ from, to, address }) => {
      const isPlace = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to;
      return isPlace && address && isBetweenSigns(from) && isBetweenSigns(to);
    })
    .sort((a, b) => a.from - b.from);
  let html = "";
  let at = 0;
  for (const { from, to, address } of links) {
    if (from < at) continue;
    html += lines(part(at, from)) + link(address, part(from, to)).replace(/\r?\n/g, "<br>");
    at = to;
  }
  html += lines(part(at));
  const paragraphs = html.split(/(?:<br>\s*){2,}/).filter((it) => it.trim());
  return paragraphs.map((it) => `<p>${it}</p>`).join("");
};

/** A post that another one quotes. */
const quoted = (record) => {
  if (record?.$type != "app.bsky.embed.record#viewRecord" || isHidden(record)) return "";
  const { author, uri, value } = record;
  const from = link(webAddress(author, uri), text(author?.displayName) || "@" + text(author?.handle));
  const said = rich(text(value?.text), value?.facets);
  return `<blockquote><p>${from}</p>${isCovered(record) ? covered(said) : said}</blockquote>`;
};

/** What is beside a text: each as a link. */
const embedded = (embed, post) => {
  const $type = text(embed?.$type);
  if ($type.startsWith("app.bsky.embed.recordWithMedia"))
    return embedded(embed.media, post) + quoted(embed.record?.record);
  if ($type.startsWith("app.bsky.embed.images"))
    return stack(array(embed.images).map((it) => media("image", it?.fullsize ?? it?.thumb, text(it?.alt))));
  if ($type.startsWith("app.bsky.embed.video"))
    // What it is made of is no file that a link could lead to.
    return stack([media("video", webAddress(post.author, post.uri), text(embed.alt) || "video")]);
  if ($type.startsWith("app.bsky.embed.external")) {
    const { uri, title } = embed.external ?? {};
    const known = JSON.stringify(post.record?.facets ?? "").includes(JSON.stringify(text(uri)));
    return known || !text(uri) ? "" : `<p>${link(text(uri), text(title).trim() || text(uri))}</p>`;
  }
  return $type.startsWith("app.bsky.embed.record") ? quoted(embed.record) : "";
};

// Anybody can say when they wrote something; when it was found says that it was not later.
const earlier = (a, b) => (Date.parse(b) < Date.parse(a) || Number.isNaN(Date.parse(a)) ? b : a);

const commentOf = (post, parent) => {
  const { author, record, uri } = post;
  const html = rich(text(record?.text), record?.facets) + embedded(post.embed, post);
  const handle = text(author?.handle);
  return {
    id: uri,
    parent,
    author: text(author?.displayName).trim() || handle,
    website: `${HOME}/profile/${text(author?.did) || handle}`,
    created: earlier(record?.createdAt, post.indexedAt),
    html: isCovered(post) ? covered(html) : html,
    up: post.likeCount,
    origin: { name: "Bluesky", url: webAddress(author, uri) },
  };
};

/** The posts below one, each with the nearest above it that is shown; and whether all are there. */
const below = (thread, hidden) => {
  const posts = [];
  const rest = [{ node: thread }];
  let isWhole = true;
  while (rest.length) {
    const { node, parent } = rest.pop();
    const post = node?.post;
    if (!post?.uri || hidden.has(post.uri)) {
      // What is blocked or gone is nobody's affair here.
      if (!post?.uri && !node?.blocked && !node?.notFound) isWhole = false;
      continue;
    }
    const isShown = node != thread && !isHidden(post);
    if (isShown) posts.push({ post, parent });
    const replies = array(node.replies);
    if (post.replyCount > replies.length) isWhole = false;
    for (const reply of replies) rest.push({ node: reply, parent: isShown ? post.uri : parent });
  }
  return { posts, isWhole };
};

const call = (api, name, query) => json(address(api, `/xrpc/${name}`, query), { refused });

// Who has a handle at present.
const didOf = async (api, who) => {
  if (who.startsWith("did:")) return who;
  const did = text((await call(api, "com.atproto.identity.resolveHandle", { handle: who }))?.did);
  if (!did) throw new BadAnswer(`nobody is called ${who}`);
  return did;
};

/** How many posts are told of at once. */
const PORTION = 25;

/** How many answers each post has, without answers to answers: that is what Bluesky counts. */
export const counts = async (places) => {
  const api = ownApi(places[0]) ?? API;
  const people = new Map();
  const uris = attempt(places, place).map(async (found) => {
    if (!found) return undefined;
    const [who, key] = found;
    if (!people.has(who)) people.set(who, didOf(api, who).catch(console.warn));
    const did = await people.get(who);
    return did && `at://${did}/${POST}/${key}`;
  });
  return inPortions(await Promise.all(uris), PORTION, async (uris) => {
    const query = new URLSearchParams(uris.map((uri) => ["uris", uri]));
    const { posts } = (await call(api, `app.bsky.feed.getPosts?${query}`)) ?? {};
    const found = new Map(array(posts).map((it) => [it?.uri, it?.replyCount]));
    return uris.map((uri) => found.get(uri));
  });
};

export default (options) => {
  const [who, key] = place(options);
  const api = ownApi(options) ?? API;
  return {
    offers,
    list: async () => {
      const uri = `at://${await didOf(api, who)}/${POST}/${key}`;
      const query = { uri, depth: DEPTH, parentHeight: 0 };
      const answer = await call(api, "app.bsky.feed.getPostThread", query);
      const { thread, threadgate } = answer ?? {};
      if (thread?.notFound || thread?.blocked) throw new Refusal("", { status: 404 });
      if (!thread?.post) throw new BadAnswer("no thread");
      const hidden = new Set(array(threadgate?.record?.hiddenReplies));
      const { posts, isWhole } = below(thread, hidden);
      const { made, isWhole: isUnderstood } = await each(posts, ({ post, parent }) => commentOf(post, parent));
      return {
        comments: made,
        votes: "up",
        incomplete: !isWhole || !isUnderstood,
        origin: { name: "Bluesky", url: webAddress(thread.post.author, thread.post.uri) },
      };
    },
  };
};
