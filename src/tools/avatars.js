// Pictures of people: from the address that the owner gives, `data-avatars` with `{name}` in it; or `site`,
// those of readers who have signed in, which our own server has fetched. Nobody is asked for what is far
// away, and where there is no picture, the letters stay.
import { call } from "./lib/call.js";
import { tool } from "./lib/tool.js";

/** For how long it is waited for more that is to be asked for, in milliseconds. */
const SOON = 300;

const byName = (address) => (face) => {
  const name = face.parentElement?.querySelector(".comment-author")?.textContent;
  return name && address.replace("{name}", encodeURIComponent(name));
};

// By the comment, whoever calls themselves what.
const ofServer = (context) => {
  const { api, site, page } = context;
  const query = new URLSearchParams({ page, ...(site && { site }) });
  let asked = -Infinity;
  let faces, asking;
  const ask = async () => {
    await new Promise((rested) => setTimeout(rested, SOON));
    asked = performance.now();
    asking = undefined;
    const found = await call(context, "/faces?" + query).catch(() => {});
    return found?.faces ?? {};
  };
  return async (face, since) => {
    if (since > asked) faces = asking ??= ask();
    const id = face.closest("article.comment")?.id.slice("comment-".length);
    const path = (await faces)[id];
    return /^\/faces\/[\w.-]+$/.test(path) && api + path;
  };
};

export default tool((context) => {
  const { avatars, host, root, signal } = context;
  const find = avatars == "site" && !context.adapter ? ofServer(context) : byName(avatars);
  const since = new WeakMap();
  const show = async (face) => {
    const address = await find(face, since.get(face));
    if (!address || signal.aborted) return;
    const picture = new Image();
    picture.referrerPolicy = "no-referrer";
    picture.onload = () => {
      face.style.background = `center / cover url("${picture.src}")`;
      face.dataset.letters = "";
    };
    picture.src = address;
  };
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) {
          near.unobserve(target);
          show(target);
        }
    },
    { rootMargin: "200px" },
  );
  // Anonymous people have no colour, and no picture.
  const look = (element) => {
    for (const face of element.querySelectorAll?.(".avatar[data-hue]") ?? []) {
      since.set(face, performance.now());
      near.observe(face);
    }
  };
  const added = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(look);
  });
  added.observe(root, { childList: true, subtree: true });
  // Until a server has taken it, a comment has no id of its own; and that is drawn in a moment.
  const again = ({ detail }) =>
    setTimeout(() => {
      const article = root.querySelector(`[id="comment-${CSS.escape(detail.id)}"]`);
      if (article) look(article);
    });
  host.addEventListener("afterword:posted", again, { signal });
  signal.addEventListener("abort", () => {
    added.disconnect();
    near.disconnect();
  });
  look(root);
});
