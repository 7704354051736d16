// What stands between the widget and an adapter. The widget speaks the protocol (docs/protocol.md) with
// it as with a server; the adapter tells plain objects (src/backend/README.md).
import { BadAnswer, Refusal } from "./refusal.js";
import { keep, recall } from "./storage.js";
import { words } from "./text.js";
import { about, comment as tidy, raw } from "./tidy.js";
import { whole } from "./whole.js";

/** Failures that the widget has words for. */
const KNOWN = /^(Refusal|BadAnswer|StorageFull|Blocked|(Timeout|Abort|Network)Error)$/;

/** The most roots in a portion. */
const MOST = 200;

/** How many portions are looked through for one comment. */
const PORTIONS = 20;

const missing = () => new Refusal("not-found", { status: 404 });

// An object may be none that can be made a text.
const tidyOne = (given) => {
  try {
    return tidy(given);
  } catch {
    return undefined;
  }
};

/** Comments, those that are some; `missed` is told where some are none. */
const tidied = (comments, missed) => {
  if (!Array.isArray(comments)) throw new BadAnswer("no list of comments");
  const made = comments.map(tidyOne).filter(Boolean);
  if (made.length < comments.length) missed?.();
  return made;
};

const only = (given) => {
  const comment = tidy(given);
  if (!comment) throw new BadAnswer("no comment");
  return comment;
};

const counts = (given) => {
  const { up, down, reactions } = only(given);
  return { up, down, reactions };
};

const html = (given) => {
  if (typeof given != "string") throw new BadAnswer("no preview");
  return given;
};

/** What a list says of branches, each of them one. */
const branchesOf = ({ branches }) => {
  if (!Array.isArray(branches)) throw new BadAnswer("no list of branches");
  return branches.map((it) => ({ ...it, replies: Array.isArray(it?.replies) ? it.replies : [] }));
};

const cursorOf = (next) => (next == null ? undefined : String(next));

/** What of a text is left whatever Markdown makes of it. */
const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");

/** Connects a backend: a function that is called as a server would be, with method, path, JSON, and
    token or idempotency key. */
export const connect = (backend, { api, site = "", pageId }) => {
  const votes = `afterword:voted:${api}:${site}:${pageId}`;
  const tokenOf = (id) => {
    try {
      return localStorage[`afterword:token:${api}:${id}`];
    } catch {
      return undefined;
    }
  };
  // The thread, where it came as a whole; and all comments that were told, by their ids.
  let thread;
  // Whether something of what came since its beginning could not be shown.
  let isShort = false;
  const missed = () => {
    isShort = true;
  };
  const known = new Map();
  const knows = (comments) => {
    for (const comment of comments) known.set(comment.id, comment);
    return comments;
  };
  const one = (given) => knows([only(given)])[0];

  const list = async ({ sort, limit, cursor }) => {
    if (cursor && thread) return { ...thread.about, ...thread.list({ sort, limit, cursor }) };
    const given = await backend.list({ sort, limit, cursor });
    if (!given || typeof given != "object") throw new BadAnswer("no list");
    isShort = (!!cursor && isShort) || !!given.incomplete;
    // More than any portion has is the whole, whoever calls it a portion.
    const isPortion = given.branches?.length <= MOST;
    if (isPortion) {
      thread = undefined;
      const branches = branchesOf(given).map(({ root, replies, replyCount, next }) => ({
        root: knows(tidied([root], missed))[0],
        replies: knows(tidied(replies, missed)),
        reply_count: Math.max(replyCount | 0, replies.length),
        next: cursorOf(next),
      }));
      return {
        ...about({ ...given, incomplete: isShort }),
        branches: branches.filter(({ root }) => root),
        next: cursorOf(given.next),
      };
    }
    const told = given.branches && branchesOf(given).flatMap(({ root, replies }) => [root, ...replies]);
    const comments = knows(tidied(told ?? given.comments, missed));
    const { total, rootCount, ...portions } = whole(comments);
    thread = { ...portions, about: about({ total, rootCount, ...given, incomplete: isShort }) };
    return { ...thread.about, ...thread.list({ sort, limit }) };
  };

  const replies = async ({ root, cursor }) => {
    if (thread) return thread.replies({ root, cursor });
    if (!backend.replies) throw missing();
    const { replies, next } = await backend.replies({ root: raw(root), cursor });
    let incomplete = false;
    const comments = tidied(replies, () => {
      incomplete = isShort = true;
    });
    return { replies: knows(comments), next: cursorOf(next), incomplete };
  };

  const find = async (id) => {
    if (!known.has(id) && backend.find) {
      const found = await backend.find({ id: raw(id) });
      if (!found) throw missing();
      knows(tidied([...(found.ancestors ?? []), found.comment]));
    }
    // It may have been posted since, or stand in a portion that nobody has asked for.
    let cursor;
    for (let portions = 0; !known.has(id) && portions < PORTIONS; portions++) {
      ({ next: cursor } = await list({ sort: "newest", limit: 100, cursor }));
      if (!cursor) break;
    }
    const comment = known.get(id);
    if (!comment) throw missing();
    const ancestors = [];
    for (let at = known.get(comment.parent); at && !ancestors.includes(at); at = known.get(at.parent))
      ancestors.unshift(at);
    return { comment, ancestors };
  };

  const detail = async ({ id }) => {
    const token = tokenOf(id);
    const text = token && (await backend.source?.({ id: raw(id), token }));
    const { comment, ancestors } = await find(id);
    return { comment, ancestors, text: text ?? words(comment.html), page: pageId };
  };

  // Few servers know a key by which the same is posted once. Where an answer was lost, the comment is
  // looked for before it is sent again.
  const posted = async (given, since) => {
    const found = await list({ sort: "newest", limit: 50 });
    const all = found.branches.flatMap(({ root, replies }) => [root, ...replies]);
    const said = letters(given.text);
    return all.find(
      ({ author, html, created }) =>
        (author ?? "") == (given.author ?? "") &&
        Date.parse(created) > since - 60_000 &&
        letters(words(html)) == said,
    );
  };

  const create = async (given, key) => {
    const name = "afterword:tried:" + key;
    const since = recall(name);
    if (since) {
      const there = await posted(given, since);
      if (there) {
        keep(name, undefined);
        return { comment: there, edit_token: (await backend.token?.({ id: raw(there.id) })) ?? "" };
      }
    }
    keep(name, since || Date.now());
    try {
      const parent = given.parent == null ? undefined : raw(given.parent);
      const { comment, token } = await backend.create({ ...given, parent, key });
      keep(name, undefined);
      return { comment: one(comment), edit_token: token ?? "" };
    } catch (error) {
      if (error instanceof Refusal && error.status < 500) keep(name, undefined);
      throw error;
    }
  };

  const think = async (id, { vote, reactions }) => {
    const comment = known.get(id);
    const before = recall(votes)?.[id];
    const isSame = vote == before && !reactions?.length && comment;
    const thoughts = isSame ? comment : await backend.think({ id: raw(id), vote, before, reactions });
    keep(votes, { ...recall(votes), [id]: vote });
    // What its answer doesn't say stays as it was.
    const { up = comment?.up, down = comment?.down, reactions: given = comment?.reactions } = thoughts ?? {};
    const counted = counts({ id, up, down, reactions: given });
    // It may be asked for again, or sorted by them.
    if (comment) Object.assign(comment, counted);
    return counted;
  };

  const deleted = async (id, token) => {
    const tombstone = await backend.remove({ id: raw(id), token });
    known.delete(id);
    return { tombstone: tombstone ? one(tombstone) : undefined };
  };

  return async (method, path, json, secret) => {
    const { pathname, searchParams } = new URL(path, "https://page.invalid");
    const query = Object.fromEntries(searchParams);
    const body = json && JSON.parse(json);
    const token = secret?.replace(/^Bearer /, "");
    const [kind, id, call] = pathname.slice(1).split("/").map(decodeURIComponent);
    const own = { id: id && raw(id), token };
    try {
      switch ([method, kind, id && "ID", call].filter(Boolean).join(" ")) {
        case "GET comments":
          return await list({ ...query, limit: +query.limit || 50 });
        case "GET comments ID replies":
          return await replies({ ...query, root: id });
        case "GET comments ID":
          return await detail({ id });
        case "POST comments":
          return await create(body, secret);
        case "PATCH comments ID":
          return one(await backend.edit({ ...own, text: body.text }));
        case "DELETE comments ID":
          return await deleted(id, token);
        case "POST comments ID restore":
          return one(await backend.restore(own));
        case "PUT comments ID thoughts":
          return await think(id, body);
        case "POST preview":
          return { html: html(await backend.preview(body)) };
        default:
          throw missing();
      }
    } catch (error) {
      // What is neither a refusal nor the network's is a fault of the adapter, or of an answer that
      // it did not expect.
      if (KNOWN.test(error?.name)) throw error;
      console.error(error);
      throw new BadAnswer("a backend's answer could not be read");
    }
  };
};
