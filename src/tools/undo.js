// Keeps what takes a deletion back, and offers that when the page has been loaded again, as long as the
// server does it. With a comment's id, token and seconds in three lines as `detail` it keeps, without them it offers.
import { endings, forget, read, undosOf, write } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

/** What is kept of a comment that this browser has deleted, while there is a way back. */
const keptOf = (name) => {
  try {
    const kept = JSON.parse(read(name));
    if (kept.until > Date.now()) return kept;
  } catch {
    // Whoever has written it has no way back to offer.
  }
  forget(name);
};

const articleOf = (root, id) => root.querySelector(`[id="comment-${CSS.escape(id)}"]`);

/**
 * The place of a comment among those that answer the same, which are in the order of their times; none
 * where it belongs to what is still to be loaded.
 */
const placeOf = (root, { parent, created }) => {
  const above = parent && articleOf(root, parent);
  if (parent && !above) return;
  const list = above
    ? above.parentElement.querySelector(":scope > .answers > .replies")
    : root.querySelector(".thread > .comments");
  const times = [...(list?.children ?? [])].map((branch) => branch.querySelector("time")?.dateTime);
  const isUpwards = !above && root.querySelector(".sort [aria-pressed=true]")?.value != "oldest";
  const place = times.findIndex((time) => (isUpwards ? time < created : time > created));
  if (place >= 0) return place;
  const rest = above
    ? above.closest(".comments > .branch").querySelector(":scope > .more")
    : root.querySelector(".thread > .more");
  return rest ? undefined : times.length;
};

/** What no list may have any more, for nobody has answered it. The tombstone tells it still. */
const keep = ({ root }, prefix, [id, token, seconds]) => {
  const article = articleOf(root, id);
  if (!article) return;
  const above = article.querySelector(".comment-up, .comment-context > a")?.getAttribute("href");
  const kept = {
    token,
    until: Date.now() + seconds * 1000,
    number: +article.querySelector(".comment-number").textContent.slice(1),
    created: article.querySelector("time").dateTime,
    parent: above?.replace("#comment-", ""),
  };
  write(prefix + id, JSON.stringify(kept));
};

const offer = ({ root, run }, prefix) => {
  // Nothing is known of the places before there are comments.
  if (root.querySelector(".thread")?.ariaBusy == "true") return;
  for (const id of endings(prefix)) {
    const kept = keptOf(prefix + id);
    if (!kept) continue;
    const { token, number, created, parent } = kept;
    const article = articleOf(root, id);
    // It has been restored.
    if (article && !article.matches(".is-deleted")) {
      forget(prefix + id);
      continue;
    }
    const place = article ? 0 : placeOf(root, kept);
    if (place == null) continue;
    run("undo", { id, number, created, parent, html: "", status: "deleted" }, token, place);
  }
};

const watched = new WeakSet();

// What is shown anew, in another order or of another portion, has it offered again.
const watch = (context, prefix) => {
  const { root, signal } = context;
  if (watched.has(root)) return;
  watched.add(root);
  let isDue;
  const changed = new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (!signal.aborted) offer(context, prefix);
    });
  });
  changed.observe(root, { childList: true, subtree: true });
  signal.addEventListener("abort", () => {
    changed.disconnect();
    watched.delete(root);
  });
};

export default tool((context) => {
  const prefix = undosOf(context);
  if (context.detail) keep(context, prefix, context.detail.split("\n"));
  else offer(context, prefix);
  watch(context, prefix);
});
