// Shows what a comment answers, at the link to that: on hover and on focus, until the pointer or the
// focus is elsewhere, or Escape is pressed (WCAG 1.4.13). It says nothing that the link doesn't lead to.
import { make } from "./lib/dialog.js";
import { tool } from "./lib/tool.js";
import { excerpt } from "./lib/words.js";

// How long a pointer rests on the link before, and how long it may be on its way to the preview.
const DELAY = 250;
const LENGTH = 300;

// What is shown in which thread.
const shown = new WeakMap();

const hide = (root) => {
  const { box, link, off } = shown.get(root) ?? {};
  shown.delete(root);
  off?.abort();
  box?.remove();
  link?.removeAttribute("aria-describedby");
};

const say = (node) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();

/** What a comment says; what it covers stays covered. */
const wordsOf = (body) => {
  const copy = body?.cloneNode(true);
  for (const it of copy?.querySelectorAll(".spoiler") ?? []) it.replaceWith("…");
  return excerpt(copy?.textContent ?? "", LENGTH);
};

const show = ({ root, signal: over }, link) => {
  const id = link.getAttribute("href").slice(1);
  const article = root.querySelector(`[id="${CSS.escape(id)}"]`);
  const thread = link.closest(".thread");
  if (!article || !thread || !link.isConnected) return;
  hide(root);
  const box = make(
    "div",
    { className: "peek", id: "peek", role: "tooltip" },
    make(
      "p",
      { className: "peek-head" },
      make("bdi", { className: "comment-author" }, say(article.querySelector(".comment-author"))),
      " ",
      make("span", {}, say(article.querySelector("time"))),
      " ",
      make("span", { className: "comment-number" }, say(article.querySelector(".comment-number"))),
    ),
  );
  // What a muted person says is shown to who asks for it.
  if (!article.classList.contains("is-muted"))
    box.append(make("p", { dir: "auto" }, wordsOf(article.querySelector(".comment-body"))));
  thread.append(box);
  // Above the link if there is room, because the reply goes on below it.
  const at = link.getBoundingClientRect();
  const around = thread.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const top = at.top - height - 4 > 0 ? at.top - height - 4 : at.bottom + 4;
  const left = Math.max(around.left, Math.min(at.left - 12, around.right - width));
  box.style.top = top - around.top + "px";
  box.style.left = left - around.left + "px";
  link.setAttribute("aria-describedby", box.id);

  const off = new AbortController();
  const { signal } = off;
  let leaving;
  const stay = () => clearTimeout(leaving);
  const leave = () => {
    stay();
    leaving = setTimeout(() => link.matches(":focus-visible") || hide(root), DELAY);
  };
  for (const element of [link, box]) {
    element.addEventListener("pointerenter", stay, { signal });
    element.addEventListener("pointerleave", leave, { signal });
  }
  link.addEventListener("blur", () => box.matches(":hover") || hide(root), { signal });
  link.addEventListener("click", () => hide(root), { signal });
  const onkey = (event) => {
    if (event.key != "Escape") return;
    // A dialog of the page stays open: this is all that is dismissed.
    event.stopPropagation();
    event.preventDefault();
    hide(root);
  };
  window.addEventListener("keydown", onkey, { signal, capture: true });
  over?.addEventListener("abort", () => hide(root), { signal });
  shown.set(root, { box, link, off });
};

export default tool((context) => {
  const { root, detail: link } = context;
  if (shown.get(root)?.link == link) return;
  // Who follows the link sees all of it; and a finger is nowhere but where it presses.
  let isFollowed = false;
  link.addEventListener("click", () => (isFollowed = true), { signal: AbortSignal.timeout(DELAY) });
  const isPointedAt = () =>
    link.matches(":hover") && !matchMedia("(pointer: coarse)").matches && !isFollowed;
  const isMeant = () => isPointedAt() || link.matches(":focus-visible");
  setTimeout(() => isMeant() && shown.get(root)?.link != link && show(context, link), DELAY);
});
