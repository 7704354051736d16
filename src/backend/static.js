// Comments that are kept as they are: a JSON file, or JSON in the page. `data-src` is the file's address,
// or `#` and the id of a `<script type="application/json">`. It holds a list as `GET /api/v1/comments`
// answers it (docs/protocol.md), or nothing but comments, flat or with `replies` in them.
import { baked } from "./lib/baked.js";
import { oneByOne } from "./lib/counting.js";
import { array, each, swept, text } from "./lib/elsewhere.js";
import { BadAnswer } from "./lib/refusal.js";
import { paragraphs } from "./lib/text.js";
import { total } from "./lib/total.js";

export const offers = "newest oldest top discussed";

// Comments with those in their `replies`. A file may be as deep as it likes.
const flat = (comments) => {
  const found = [];
  const rest = [...comments].reverse().map((given) => ({ given }));
  while (rest.length) {
    const { given: told, parent } = rest.pop();
    // What is none has no id either, and is counted as missing by that.
    const given = told && typeof told == "object" ? told : {};
    found.push({ ...given, parent: given.parent ?? parent });
    const replies = array(given.replies);
    for (let at = replies.length - 1; at >= 0; at--) rest.push({ given: replies[at], parent: given.id });
  }
  return found;
};

const commentOf = (given) => ({
  ...given,
  html: given.html ?? paragraphs(text(given.text)),
});

/** How many comments each page has. A file may have the counts of many, as `GET /api/v1/counts` answers them. */
export const counts = async (places) => {
  const files = places.map(({ src }) => src);
  const found = new Map();
  await oneByOne(files, async (src) => found.set(src, await baked({ src })()));
  return places.map(({ src, pageId }) => {
    const kept = found.get(src);
    if (!found.has(src)) return undefined;
    if (Array.isArray(kept?.counts)) return kept.counts.find((it) => it?.page == pageId)?.count ?? 0;
    return Number.isInteger(kept?.total) ? kept.total : total(flat(listOf(kept)));
  });
};

/** The comments of a file, whichever shape it has. */
const listOf = (kept) => {
  const list = [kept, kept?.comments].find(Array.isArray);
  if (!list && !Array.isArray(kept?.branches)) throw new BadAnswer("no comments");
  return list ?? kept.branches.flatMap((it) => [it?.root, ...array(it?.replies)]);
};

export default (options) => {
  const read = baked(options);
  return {
    offers,
    list: async () => {
      const kept = await read();
      const { made, isWhole } = await each(flat(listOf(kept)), commentOf);
      const isCut = kept.next || array(kept.branches).some((it) => it?.next);
      return {
        comments: swept(made),
        incomplete: !isWhole || !!isCut || !!kept.incomplete,
        origin: kept.origin,
      };
    },
  };
};
