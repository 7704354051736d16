// Shows what this browser has posted and no list has: because a moderator has yet to look at it, or
// because nobody else is to see it. Asks every now and then whether somebody has.
import { ask, hiddenOf, proofOf } from "./lib/own.js";
import { endings, forget, read, waitingOf } from "./lib/storage.js";
import { tool } from "./lib/tool.js";

/** How often it is asked, in milliseconds. */
const OFTEN = 60_000;

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
        hiddenOf(context).add(id);
        run("show-own", comment);
        known.add(id);
      } else if (others) {
        hiddenOf(context).delete(id);
        forget(names + id);
      }
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
