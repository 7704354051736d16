// What comes by itself moves nothing that somebody reads.

/** Keeps what one reads where it is, in browsers that don't, and the focus in the comment that it was
    in, or in what one has written, until what this answers is called. */
export const hold = (root) => {
  const active = root.getRootNode().activeElement;
  const article = active?.closest("article");
  const composer = !article && active?.closest("form.composer");
  // Where no more is taken, what was begun stands in its place.
  const around = composer && composer.parentElement;
  const isSteady = CSS.supports("overflow-anchor", "auto");
  const anchor =
    !isSteady &&
    [...root.querySelectorAll("article")].find((it) => it.getBoundingClientRect().bottom > 0);
  const top = anchor && anchor.getBoundingClientRect().top;
  return () =>
    requestAnimationFrame(() => {
      // Unless it has gone on meanwhile.
      const isLost = !active?.isConnected && !root.getRootNode().activeElement;
      const begun = () => around && around.querySelector(":scope > .notice textarea");
      const next = isLost && (article || begun());
      if (next?.isConnected) next.focus({ preventScroll: true });
      if (!anchor?.isConnected) return;
      const moved = anchor.getBoundingClientRect().top - top;
      // Above the window's edge there is nothing to be kept.
      if (top < innerHeight && moved) scrollBy({ top: moved, behavior: "instant" });
    });
};
