// The floor: a thread as a good developer would write it by hand for this one page. One request,
// one pass that joins the HTML of all comments, one assignment. Cloning a template for each comment
// took as long. The server has cleaned what comments hold; names are escaped here.
(() => {
  const script = document.currentScript;
  const { server, style, page } = script.dataset;
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  script.after(host);

  const escape = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt()};`);
  const dates = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
  const spans = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const now = Date.now();
  const ago = (time) => {
    const minutes = Math.round((time - now) / 60_000);
    if (minutes > -60) return spans.format(minutes, "minute");
    if (minutes > -1440) return spans.format(Math.round(minutes / 60), "hour");
    return spans.format(Math.round(minutes / 1440), "day");
  };

  const comment = ({ id, number, author, created, html }, replies) => {
    const time = new Date(created);
    const exact = dates.format(time);
    const name = author ? escape(author) : "Anonymous";
    const shown = author
      ? `<bdi class="comment-author">${name}</bdi>`
      : `<span class="comment-author is-anonymous">${name}</span>`;
    return `<li class="branch"><article class="comment" id="comment-${id}" tabindex="-1" aria-label="Comment by ${name}"><header class="comment-head">${shown}<a class="comment-time" href="#comment-${id}"><time datetime="${created}" title="${exact}">${ago(time)}</time><span class="visually-hidden">, ${exact}</span></a><span class="comment-mark"></span><span class="comment-number">#${number}</span></header><div class="comment-main"><div class="comment-body body" dir="auto">${html}</div><div class="comment-actions"><button class="text-button" type="button" aria-label="Reply to ${name}">Reply</button></div></div></article>${replies}</li>`;
  };

  // A branch's replies come as a list in which a parent stands before its children.
  const branch = ({ root, replies }) => {
    const children = Map.groupBy(replies, (reply) => reply.parent);
    const list = (parent) => {
      const found = children.get(parent);
      return found ? `<ol class="replies" role="list">${found.map(draw).join("")}</ol>` : "";
    };
    const draw = (it) => comment(it, list(it.id));
    return draw(root);
  };

  const composer = (label, key) =>
    `<form class="composer" novalidate><label class="field-label" for="text-${key}">${label}</label><textarea class="field composer-text" id="text-${key}" name="text" dir="auto" rows="4" aria-describedby="hint-${key}"></textarea><div class="composer-row"><label class="composer-name"><span class="field-label">Name (optional)</span><input class="field" name="author" autocomplete="nickname" dir="auto"></label><span class="composer-buttons"><button class="button button-primary">Post comment</button><button class="button composer-toggle" type="button" aria-pressed="false">Preview</button></span></div><p class="composer-hint" id="hint-${key}">Markdown works: **bold**, _italic_, &gt; quotation, \`code\`.</p></form>`;

  const thread = ({ branches, total }) =>
    `<div class="aw" data-theme="auto"><section class="thread" aria-label="Comments"><header class="thread-head"><h2 class="thread-title" tabindex="-1">${total} comments</h2><form class="sort" role="group" aria-label="Sort by"><button class="text-button" aria-pressed="true">Newest</button><button class="text-button" aria-pressed="false">Oldest</button></form></header>${composer("Enter comments here:", "new")}<ol class="comments" role="list">${branches.map(branch).join("")}</ol></section></div>`;

  shadow.addEventListener("click", ({ target }) => {
    const article = target.closest(".comment-actions > button") && target.closest(".comment");
    if (!article) return;
    article.insertAdjacentHTML("afterend", composer("Enter your reply here:", article.id));
    article.nextSibling.querySelector("textarea").focus();
  });

  const query = new URLSearchParams({ page, limit: 200, replies: 500 });
  const comments = fetch(`${server}/api/v1/comments?${query}`).then((answer) => answer.json());
  const sheet = fetch(server + style)
    .then((answer) => answer.text())
    .then((text) => new CSSStyleSheet().replace(text));
  Promise.all([comments, sheet]).then(([list, sheet]) => {
    shadow.adoptedStyleSheets = [sheet];
    shadow.innerHTML = thread(list);
  });
})();
