// What the tests look at and reach for in a page. Every script of theirs begins with this; `index`
// is the number of the widget that the reader looks at.
const host = document.querySelectorAll("afterword-comments")[index];
// Without scripts there is no shadow, or one that the page's HTML has: a thread stands in the page.
const areScriptsOff = matchMedia("(scripting: none)").matches;
const root = areScriptsOff
  ? ((host?.shadowRoot ?? document).querySelector(".aw") ?? host)
  : host?.shadowRoot?.querySelector(".aw");

const say = (node) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();
const visible = (node) => node.checkVisibility({ visibilityProperty: true });
const all = (selector, scope = root) => (scope ? [...scope.querySelectorAll(selector)] : []);

// What the reader sees of the whole widget; not what only a screen reader tells.
const inView = () => {
  if (!root) return "";
  const unseen = all(".visually-hidden").filter((it) => !it.hidden);
  for (const it of unseen) it.hidden = true;
  const words = root.innerText.replace(/\s+/g, " ").trim();
  for (const it of unseen) it.hidden = false;
  return words;
};

// By its id as "#ID", or by words of it.
const article = (needle) =>
  all("article.comment").find((it) =>
    needle.startsWith("#")
      ? it.id === `comment-${needle.slice(1)}`
      : say(it.querySelector(".comment-body")).includes(needle),
  );
const branch = (needle) => article(needle)?.closest("li.branch");

// The composer below the comment with those words, or the thread's own.
const composer = (needle) =>
  needle === null ? root?.querySelector(".thread > form.composer") : branch(needle)?.querySelector("form.composer");

// By its name as a reader has it: the words on it, or what it is called to assistive technology.
const button = (scope, label) =>
  scope && all(".button, .text-button", scope).find(
    (it) => visible(it) && (say(it) === label || it.getAttribute("aria-label") === label),
  );

const active = () => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
};

const depth = (node) => {
  let levels = 0;
  for (let at = node.closest("ol.replies"); at; at = at.parentElement.closest("ol.replies")) levels++;
  return levels;
};

// Whether the program is about to come, because this browser has something to add to the thread.
const isAwaited = () => {
  const pages = [location.pathname, ...all("[data-page-id]", document).map((it) => it.dataset.pageId)];
  const isMine = (key) =>
    /^afterword:token:/.test(key)
      ? root.querySelector(`[id="comment-${key.split(":").pop()}"]`)
      : /^afterword:/.test(key) && pages.some((page) => key.includes(`:${page}:`));
  try {
    return !host.isActive && Object.keys(localStorage).some(isMine);
  } catch {
    return false;
  }
};

const shown = () => ({
  mounted: !!root?.querySelector(".thread"),
  awaited: !!root && isAwaited(),
  busy: root?.querySelector(".thread")?.ariaBusy === "true",
  title: say(root?.querySelector(".thread-title")),
  status: all("[role=status]").map(say).join(" "),
  notices: all(".notice").filter(visible).map(say),
  errors: all("[role=alert]").filter(visible).map(say).filter(Boolean),
  focus: host?.shadowRoot?.activeElement?.id ?? "",
  draft: root?.querySelector(".thread > form.composer textarea")?.value ?? null,
  comments: all("article.comment").map((it) => ({
    id: it.id.replace(/^comment-/, ""),
    number: say(it.querySelector(".comment-number")),
    author: say(it.querySelector(".comment-author")),
    anonymous: !!it.querySelector(".comment-author.is-anonymous"),
    marks: all(".comment-mark", it).map(say).filter(Boolean),
    text: say(it.querySelector(".comment-body")),
    html: it.querySelector(".comment-body")?.innerHTML ?? "",
    context: say(it.querySelector(".comment-context")),
    depth: depth(it),
    states: [...it.classList].filter((name) => name.startsWith("is-")),
    // Those with words on them; votes and reactions have none. Not those that open a menu or a dialog:
    // they are at every comment.
    buttons: all(".button, .text-button", it)
      .filter((it) => visible(it) && !it.hasAttribute("aria-haspopup"))
      .map(say)
      .filter(Boolean),
    exact: it.querySelector("time")?.title ?? "",
  })),
});
