// A discussion on GitHub, from a JSON file that the site's build makes (docs/backends.md): GitHub lets no
// page read discussions without an account's key. `data-src` is the file, in the shape of an answer of
// GitHub's GraphQL, or of giscus' `/api/discussions`. Nothing is written: readers answer there.
import { baked } from "./lib/baked.js";
import { oneByOne } from "./lib/counting.js";
import { array, demand, each, swept, text, web } from "./lib/elsewhere.js";
import { covered, reduce } from "./lib/html.js";
import { total } from "./lib/total.js";

export const offers = "newest oldest top discussed";
export const votes = "up";
export const levels = 1;

const HOME = "https://github.com/";
/** Reasons for which GitHub shows a comment to nobody. */
const BAD = /^(spam|abuse)$/i;

const SIGNS = {
  THUMBS_UP: "👍",
  THUMBS_DOWN: "👎",
  LAUGH: "😄",
  HOORAY: "🎉",
  CONFUSED: "😕",
  HEART: "❤️",
  ROCKET: "🚀",
  EYES: "👀",
};

// Reactions as giscus has them, or as GraphQL has them.
const reactionsOf = ({ reactions, reactionGroups }) =>
  Object.entries(SIGNS).flatMap(([content, name]) => {
    const group = array(reactionGroups).find((it) => it?.content == content);
    const count = (group?.reactors ?? group?.users)?.totalCount ?? reactions?.[content]?.count;
    return count > 0 ? [{ name, count }] : [];
  });

// A list as giscus has it, or as GraphQL has it.
const nodes = (list) => array(list?.nodes ?? list).filter((it) => it && typeof it == "object");

/** Whether a list says that it is longer. */
const isCut = (list, count) => {
  const info = list?.pageInfo;
  const { length } = nodes(list);
  const isLegible = length == array(list?.nodes ?? list).length;
  return !!(info?.hasNextPage || info?.hasPreviousPage) || !isLegible || (list?.totalCount ?? count) > length;
};

const code = (body) => {
  for (const box of body.querySelectorAll("[class*=highlight-source-]")) {
    const pre = box.querySelector("pre");
    const name = /highlight-source-(\S+)/.exec(box.className)?.[1];
    if (!pre || pre.querySelector("code")) continue;
    const inner = body.ownerDocument.createElement("code");
    inner.className = "language-" + name;
    inner.append(pre.textContent);
    pre.replaceChildren(inner);
  }
};

const discussionOf = (answer) =>
  answer?.discussion ?? answer?.data?.repository?.discussion ?? answer?.repository?.discussion ?? answer;

const commentOf = (given, parent, home) => {
  const { id, author, bodyHTML, url, isMinimized, minimizedReason, deletedAt } = given;
  const html = reduce(text(bodyHTML), HOME, code);
  const isGone = deletedAt || (isMinimized && BAD.test(text(minimizedReason)));
  return {
    id,
    parent,
    // Whose account is gone is a ghost there.
    author: text(author?.login) || "ghost",
    website: author?.url,
    created: given.createdAt,
    edited: given.lastEditedAt,
    html: isMinimized ? covered(html) : html,
    status: isGone ? "deleted" : "published",
    up: given.upvoteCount,
    reactions: home ? reactionsOf(given) : [],
    origin: home && { name: "GitHub", url: web(url)?.href ?? home },
  };
};

// Comments with those that they answer.
const flat = ({ comments }) => {
  demand(comments?.nodes ?? comments, "comments");
  return nodes(comments).flatMap((root) => [
    { given: root },
    ...nodes(root.replies).map((given) => ({ given, parent: root.id })),
  ]);
};

/** How many comments each file has. */
export const counts = (places) =>
  oneByOne(
    places.map(({ src }) => src),
    async (src) => {
      const discussion = discussionOf(await baked({ src })()) ?? {};
      return total(swept(flat(discussion).map(({ given, parent }) => commentOf(given, parent))));
    },
  );

export default (options) => {
  const read = baked(options);
  return {
    offers,
    list: async () => {
      const discussion = discussionOf(await read()) ?? {};
      const { comments, url, locked } = discussion;
      const all = flat(discussion);
      // Where nobody can answer any more, nothing leads there.
      const home = locked ? undefined : web(url)?.href;
      let isAll = !isCut(comments) && !isCut(discussion);
      if (nodes(comments).some((root) => isCut(root.replies, root.replyCount))) isAll = false;
      const { made, isWhole } = await each(all, ({ given, parent }) => commentOf(given, parent, home));
      const given = new Set(made.flatMap(({ reactions }) => reactions.map(({ name }) => name)));
      return {
        comments: swept(made),
        votes: home ? "up" : "none",
        reactions: Object.values(SIGNS)
          .filter((name) => given.has(name))
          .map((name) => ({ name })),
        incomplete: !isAll || !isWhole,
        origin: home && { name: "GitHub", url: home },
      };
    },
  };
};
