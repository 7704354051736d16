// Comments that are kept as they are: a JSON file, or JSON in the page. `data-src` is the file's address,
// or `#` and the id of a `<script type="application/json">`. It holds a list as `GET /api/v1/comments`
// answers it (docs/protocol.md), or nothing but comments, flat or with `replies` in them.
import { baked } from "./lib/baked.js";
import { array, each, swept, text } from "./lib/elsewhere.js";
import { BadAnswer } from "./lib/refusal.js";
import { paragraphs } from "./lib/text.js";

export const offers = "newest oldest top discussed";

// Comments with those in their `replies`. A file may be as deep as it likes.
const flat = (comments) => {
  const found = [];
  const rest = [...comments].reverse().map((given) => ({ given }));
  while (rest.length) {
    const { given, parent } = rest.pop();
    if (!given || typeof given != "object") continue;
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

export default (options) => {
  const read = baked(options);
  return {
    offers,
    list: async () => {
      const kept = await read();
      const branches = array(kept?.branches);
      const comments =
        [kept, kept?.comments].find(Array.isArray) ??
        branches.flatMap((it) => [it?.root, ...array(it?.replies)]);
      if (!comments.length && ![kept, kept?.comments, kept?.branches].some(Array.isArray))
        throw new BadAnswer("no comments");
      const { made, isWhole } = await each(flat(comments), commentOf);
      const isCut = kept.next || branches.some((it) => it?.next);
      return {
        comments: swept(made),
        incomplete: !isWhole || !!isCut || !!kept.incomplete,
        origin: kept.origin,
      };
    },
  };
};
