// Texts by their words.

/** A text as its words and what stands between them, none of which is lost. */
export const segments = (text, lang) => {
  if (Intl.Segmenter) {
    let segmenter;
    try {
      segmenter = new Intl.Segmenter(lang || undefined, { granularity: "word" });
    } catch {
      segmenter = new Intl.Segmenter(undefined, { granularity: "word" });
    }
    return Array.from(segmenter.segment(text), ({ segment }) => segment);
  }
  return text.match(/\s+|[^\s]+/g) ?? [];
};

/** A text in one line, cut short where it is longer than so many signs. */
export const excerpt = (text, most) => {
  // No sign is cut in two.
  const signs = [...text.replace(/\s+/g, " ").trim()];
  return signs.length > most ? signs.slice(0, most).join("").trimEnd() + "…" : signs.join("");
};
