// A thread that came as a whole, or as far as it came, in the portions that the widget asks for.

/** Replies that come with their root, and in each portion after that. */
const REPLIES = 50;

/** Comments of any order and shape, as branches: what was told twice is told once, an answer to what
    isn't there is a root, and a circle of parents is cut. */
export const branches = (comments) => {
  const byId = new Map();
  for (const comment of comments) if (!byId.has(comment.id)) byId.set(comment.id, comment);
  // The root of each, found once.
  const roots = new Map();
  const rootOf = (comment) => {
    const path = [];
    let at = comment;
    while (!roots.has(at.id)) {
      path.push(at);
      const above = byId.get(at.parent);
      if (!above || path.includes(above)) {
        roots.set(at.id, at);
        break;
      }
      at = above;
    }
    const root = roots.get(at.id);
    for (const { id } of path) roots.set(id, root);
    return root;
  };
  const found = new Map();
  for (const comment of byId.values()) {
    const root = rootOf(comment);
    if (!found.has(root)) found.set(root, { root, replies: [], order: found.size });
    if (comment != root) found.get(root).replies.push(comment);
  }
  for (const { root, replies } of found.values()) {
    replies.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
    root.parent = undefined;
  }
  return [...found.values()];
};

// Of one second, whichever was told last.
const latest = (a, b) =>
  a.root.created < b.root.created ? 1 : a.root.created > b.root.created ? -1 : b.order - a.order;
const score = ({ root }) => root.up - root.down;
const ORDERS = {
  newest: latest,
  oldest: (a, b) => latest(b, a),
  top: (a, b) => score(b) - score(a) || latest(a, b),
  discussed: (a, b) => b.replies.length - a.replies.length || latest(a, b),
};

/** A branch with the first of its replies. */
const portioned = ({ root, replies }) => ({
  root,
  replies: replies.slice(0, REPLIES),
  reply_count: replies.length,
  next: replies.length > REPLIES ? String(REPLIES) : undefined,
});

/** A thread in memory. */
export const whole = (comments) => {
  const all = branches(comments);
  const flat = all.flatMap(({ root, replies }) => [root, ...replies]);
  return {
    total: flat.filter(({ status }) => status != "deleted").length,
    rootCount: all.length,
    /** A portion of it. */
    list: ({ sort, limit, cursor }) => {
      const from = +cursor || 0;
      const order = ORDERS[sort] ?? latest;
      // What the owner has pinned stands first in each.
      const sorted = [...all].sort((a, b) => b.root.pinned - a.root.pinned || order(a, b));
      const next = from + limit;
      return {
        branches: sorted.slice(from, next).map(portioned),
        next: next < sorted.length ? String(next) : undefined,
      };
    },
    /** More of what stands below a root. */
    replies: ({ root, cursor }) => {
      const from = +cursor || 0;
      const replies = all.find((branch) => branch.root.id == root)?.replies ?? [];
      const next = from + REPLIES;
      return {
        replies: replies.slice(from, next),
        next: next < replies.length ? String(next) : undefined,
      };
    },
  };
};
