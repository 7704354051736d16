// The floor: a thread as a good developer would write it by hand for this one page. One request,
// one pass that joins the HTML of all comments, one assignment. Cloning a template for each comment
// took as long. The server has cleaned what comments hold; names are escaped here.
(() => {
  const script = document.currentScript;
  const { server, style, page, limit } = script.dataset;
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

  const called = ({ author }) => (author ? escape(author) : "Anonymous");
  const letters = (author) => {
    const words = author.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
    return escape([...new Set([words[0], words.at(-1)])].map((word) => word?.[0]).join(""));
  };
  const hue = (author) => [...author].reduce((sum, sign) => sum + sign.codePointAt(), 0) % 7;

  const comment = (it, parent, below, replies) => {
    const { id, number, author, created, up = 0, down = 0, html } = it;
    const time = new Date(created);
    const exact = dates.format(time);
    const name = called(it);
    const face = author
      ? ` data-letters="${letters(author)}" data-hue="${hue(author)}"`
      : ` data-letters="A"`;
    const shown = author
      ? `<bdi class="comment-author" part="author">${name}</bdi>`
      : `<span class="comment-author is-anonymous">${name}</span>`;
    const answers = parent
      ? `<a class="comment-up" href="#comment-${parent.id}" aria-label="In reply to ${called(parent)}, #${parent.number}">↑</a>`
      : "";
    const answered = replies
      ? `<div class="answers"><button class="fold text-button" type="button" aria-expanded="true">${name} and ${below} ${below == 1 ? "reply" : "replies"}</button><ol class="replies" role="list">${replies}</ol></div>`
      : "";
    return `<li class="branch"><article part="comment" tabindex="-1" class="comment" id="comment-${id}" aria-label="Comment by ${name}"><header class="comment-head"><span class="avatar" aria-hidden="true"${face}></span>${shown}<a class="comment-time" href="#comment-${id}"><time datetime="${created}" title="${exact}">${ago(time)}</time><span class="visually-hidden">, ${exact}</span></a><span class="comment-mark"></span>${answers}<span class="comment-number">#${number}</span></header><div class="comment-main"><div class="comment-body body" part="body" dir="auto">${html}</div><div class="comment-actions"><button class="text-button vote" type="button" aria-pressed="false" aria-label="Vote up, ${up} votes" data-n="${up}"></button><button class="text-button vote is-down" type="button" aria-pressed="false" aria-label="Vote down, ${down} votes" data-n="${down}"></button><button class="text-button" type="button" aria-label="Reply to ${name}">Reply</button><button class="text-button comment-more" type="button" aria-label="More" aria-haspopup="menu" aria-expanded="false">⋯</button><button class="text-button react" type="button" id="react-${id}" aria-label="Add a reaction" aria-expanded="false"></button></div></div></article>${answered}</li>`;
  };

  // A branch's replies come as a list in which a parent stands before its children.
  const branch = ({ root, replies }) => {
    const children = Map.groupBy(replies, (reply) => reply.parent);
    const draw = (it, parent) => {
      const drawn = (children.get(it.id) ?? []).map((reply) => draw(reply, it));
      const below = drawn.reduce((sum, { below }) => sum + 1 + below, 0);
      const replies = drawn.map(({ html }) => html).join("");
      return { below, html: comment(it, parent, below, replies) };
    };
    return draw(root).html;
  };

  const composer = (label, key) =>
    `<form class="composer" novalidate><label class="field-label" for="text-${key}">${label}</label><textarea class="field composer-text" id="text-${key}" name="text" dir="auto" rows="3" aria-describedby="hint-${key}"></textarea><div class="composer-tools"></div><div class="composer-row"><label class="composer-name"><span class="field-label">Name (optional)</span><input class="field" name="author" autocomplete="nickname" placeholder=" " dir="auto"></label><label class="composer-name composer-site"><span class="field-label">Website (optional)</span><input class="field" name="website" type="url" autocomplete="url" dir="auto"></label><label class="composer-remember"><input name="remember" type="checkbox">Remember me in this browser</label><span class="composer-buttons"><button class="button button-primary">Post comment</button><button class="button composer-toggle" type="button" aria-pressed="false">Preview</button></span></div><p class="composer-hint" id="hint-${key}">Markdown works: **bold**, _italic_, &gt; quotation, \`code\`.</p></form>`;

  const orders = ["Newest", "Oldest", "Top", "Most discussed"].map(
    (name, index) => `<button class="text-button" aria-pressed="${!index}">${name}</button>`,
  );
  const reaction = ({ name }) =>
    `<button class="text-button reaction" type="button" aria-pressed="false" aria-label="${name}"></button>`;

  const thread = ({ branches, total, reactions }) =>
    `<div class="aw" data-theme="auto"><section class="thread" aria-label="Comments"><header class="thread-head"><h2 class="thread-title" tabindex="-1">${total} comments</h2><button class="text-button search-open" type="button" aria-expanded="false">Search</button><form class="sort" aria-label="Sort by">${orders.join("")}</form></header><div class="reactions" role="group" aria-label="Reactions to the article">${reactions.map(reaction).join("")}</div>${composer("Enter comments here:", "new")}<ol class="comments" role="list">${branches.map(branch).join("")}</ol></section></div>`;

  shadow.addEventListener("click", ({ target }) => {
    const article = target.closest('[aria-label^="Reply to "]') && target.closest(".comment");
    if (!article) return;
    article.insertAdjacentHTML("afterend", composer("Enter your reply here:", article.id));
    article.nextSibling.querySelector("textarea").focus();
  });

  const query = new URLSearchParams({ page, limit, replies: 500 });
  const comments = fetch(`${server}/api/v1/comments?${query}`).then((answer) => answer.json());
  const sheet = fetch(server + style)
    .then((answer) => answer.text())
    .then((text) => new CSSStyleSheet().replace(text));
  Promise.all([comments, sheet]).then(([list, sheet]) => {
    shadow.adoptedStyleSheets = [sheet];
    shadow.innerHTML = thread(list);
  });
})();
