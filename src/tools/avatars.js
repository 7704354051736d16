// Pictures of people, from the address that the owner gives: `data-avatars`, with `{name}` in it. Nobody
// is asked for what is far away, and where there is no picture, the letters stay.
import { tool } from "./lib/tool.js";

export default tool(({ avatars, root, signal }) => {
  const show = (face) => {
    const name = face.parentElement?.querySelector(".comment-author")?.textContent;
    if (!name) return;
    const picture = new Image();
    picture.referrerPolicy = "no-referrer";
    picture.onload = () => {
      face.style.background = `center / cover url("${picture.src}")`;
      face.dataset.letters = "";
    };
    picture.src = avatars.replace("{name}", encodeURIComponent(name));
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
  const find = (element) => {
    for (const face of element.querySelectorAll?.(".avatar[data-hue]") ?? []) near.observe(face);
  };
  const added = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) addedNodes.forEach(find);
  });
  added.observe(root, { childList: true, subtree: true });
  signal.addEventListener("abort", () => {
    added.disconnect();
    near.disconnect();
  });
  find(root);
});
