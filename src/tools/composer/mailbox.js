// Whoever leaves an e-mail address for the first time is asked by a mail whether it is theirs. Whether
// they were, the server tells nobody: else it would tell of every address whether it is known there.
import { make } from "../lib/dialog.js";
import { read } from "../lib/storage.js";

/** Where the widget remembers who writes (src/browser/storage.rs). */
const ME = "afterword:me";

/** Addresses that this browser has said it of, or has had from a visit before. */
const known = new Set();

const remembered = () => {
  try {
    return JSON.parse(read(ME))?.email;
  } catch {
    return undefined;
  }
};

let isFirst = true;

/** What was posted on this page, or is on its way, before anything here has come. */
const postedBefore = (root) =>
  [...root.querySelectorAll(".comment.is-sending, .comment.is-own")].filter(
    ({ classList, firstChild }) =>
      classList.contains("is-sending") ||
      Date.parse(firstChild.querySelector?.("time")?.dateTime) >= performance.timeOrigin,
  );

/** For a composer that asks for an address to send answers to. */
export const mailbox = ({ host, root, text, say, signal }, form) => {
  const field = form.querySelector(".composer-mail input");
  if (!field) return;
  const before = isFirst ? postedBefore(root) : [];
  isFirst = false;
  // Whoever has posted before this came may be remembered since; the box knows who was when it was drawn.
  const wasRemembered = form.querySelector("[name=remember]")?.defaultChecked;
  if (wasRemembered || !before.length) known.add(remembered());
  let address = before.length ? field.value.trim() : "";
  form.addEventListener("submit", () => (address = field.value.trim()), { signal });
  const ask = (id) => {
    const article = root.querySelector(`[id="comment-${CSS.escape(id)}"]`);
    // What waits for approval is no reason to ask yet.
    const isDue = address && !known.has(address) && article && !article.matches(".is-pending");
    if (!isDue || signal.aborted) return;
    known.add(address);
    const words = text("tool-mail-asked");
    article.append(make("p", { className: "notice notice-mail" }, words));
    // Together with what the widget itself has said.
    say([root.querySelector("[role=status]")?.textContent, words].join(" "));
  };
  // The comment has its id, and what is said is said, in a moment.
  host.addEventListener("afterword:posted", ({ detail }) => setTimeout(() => ask(detail.id)), { signal });
  for (const { id, classList } of before) {
    if (!classList.contains("is-sending")) ask(id.replace("comment-", ""));
  }
};
