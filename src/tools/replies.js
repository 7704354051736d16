// Answers to posts about the article, among the comments: `data-replies` has the addresses of the posts, on
// Mastodon and on Bluesky. Each comes when it can; one that doesn't is told as missing.
import { web } from "../backend/lib/elsewhere.js";
import { about, comment as tidy } from "../backend/lib/tidy.js";
import { branches } from "../backend/lib/whole.js";
import { hold } from "./lib/hold.js";
import { tool } from "./lib/tool.js";

/** The most that are shown of one post's answers. */
const MOST = 2000;

const isBluesky = (post) => /^at:|^https?:\/\/[^/]+\/profile\/[^/]+\/post\//.test(post);

/** The adapter of a post, as if its answers were the thread. */
const connect = async (post, lang) => {
  const { default: make } = isBluesky(post)
    ? await import("../backend/bluesky.js")
    : await import("../backend/mastodon.js");
  return make({ post, status: post, lang });
};

// What is from elsewhere says so, or the widget would take it for the thread's own.
const guestsOf = (list, post, index) => {
  const home = about(list).origin ?? { name: web(post)?.host ?? post, url: web(post)?.href ?? "" };
  const name = (id) => (id == null ? undefined : `elsewhere-${index}-${id}`);
  const comments = list.comments.map((it) => {
    const comment = tidy({ ...it, id: name(it.id), parent: name(it.parent) });
    return comment && { ...comment, origin: comment.origin ?? home };
  });
  const all = branches(comments.filter(Boolean));
  return all.flatMap(({ root, replies }) => [root, ...replies]);
};

export default tool(({ replies, lang, root, run, signal }) => {
  const show = async (post, index) => {
    let guests = [];
    let isShort = true;
    try {
      const backend = await connect(post, lang);
      const list = await backend.list({});
      const all = guestsOf(list, post, index);
      guests = all.slice(0, MOST);
      isShort = !!list.incomplete || all.length > MOST;
    } catch (error) {
      console.warn("Afterword: data-replies:", post, error);
    }
    if (signal.aborted) return;
    const release = hold(root);
    run("guests", guests, isShort);
    release();
  };
  replies.split(/\s+/).filter(Boolean).forEach(show);
});
