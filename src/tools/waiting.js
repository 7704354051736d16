// Shows what this browser has posted and no list has: because a moderator has yet to look at it, or
// because nobody else is to see it. Asks every now and then whether somebody has.
import { endings, forget, read, readerOf, tokensOf, waitingOf } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

/** How often it is asked, in milliseconds, and how long an answer may take. */
const OFTEN = 60_000;
const PATIENCE = 20_000;

/** The comment as its author may see it, or without `headers` anybody; null when it is gone, nothing when
    nobody could be asked. */
const ask = async ({ api }, id, headers) => {
  const answer = await fetch(`${api}/api/v1/comments/${encodeURIComponent(id)}`, {
    headers,
    credentials: "omit",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {});
  if (answer?.status == 404 || answer?.status == 410) return null;
  if (answer?.ok) return (await answer.json().catch(() => ({}))).comment;
};

/** By what a comment is the reader's: its edit token, or their session. */
const proofOf = (context, id) => {
  const token = read(tokensOf(context) + id);
  const reader = read(readerOf(context));
  if (token) return { Authorization: "Bearer " + token };
  return token === "" && reader ? { "Afterword-Reader": reader } : undefined;
};

const look = async (context, known) => {
  const { root, run, say, text, signal } = context;
  const names = waitingOf(context);
  for (const id of endings(names)) {
    const isShown = root.querySelector(`[id="comment-${CSS.escape(id)}"]`);
    const kept = read(names + id);
    if (isShown && kept != "1") {
      // The list has it, unless it stands there because it was just posted, or because of what is below.
      if (kept != performance.timeOrigin && !known.has(id)) forget(names + id);
      continue;
    }
    const proof = proofOf(context, id);
    const comment = proof ? await ask(context, id, proof) : null;
    if (signal.aborted) return;
    if (comment === undefined) continue;
    if (comment?.status == "published" && kept != "1") {
      // It stands further below, for everybody; or else for its author alone.
      const others = await ask(context, id);
      if (signal.aborted) return;
      if (others === null) {
        run("show-own", comment);
        known.add(id);
      } else if (others) forget(names + id);
      continue;
    }
    if (comment?.status == "pending") {
      if (!isShown) run("show-own", comment);
      known.add(id);
      continue;
    }
    forget(names + id);
    if (comment?.status == "published") {
      if (isShown) run("show-own", comment);
      if (known.has(id)) say(text("tool-said-approved"));
    } else if (isShown) {
      run("remove", id);
      if (known.has(id)) say(text("tool-said-not-approved"));
    }
  }
};

const watched = new WeakMap();

export default tool(async (context) => {
  const { root, signal } = context;
  const known = watched.get(root);
  if (known) return look(context, known.ids);
  const mine = { ids: new Set() };
  watched.set(root, mine);
  const again = () => {
    if (!document.hidden && endings(waitingOf(context)).length) look(context, mine.ids);
  };
  const timer = setInterval(again, OFTEN);
  document.addEventListener("visibilitychange", again, { signal });
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    watched.delete(root);
  });
  await look(context, mine.ids);
});
