// No server: the comments of a page live in this browser, for whoever develops a page, or wants to see
// the widget before there is a server. Nothing renders Markdown here, so text stays text.
import { Refusal } from "./lib/refusal.js";
import { paragraphs } from "./lib/text.js";

export const offers =
  "local post reply name website edit delete newest oldest discussed";

const nameOf = ({ api, site = "", pageId }) => `afterword:${api}:${site}:${pageId}:local`;

// What can't be read is an error, not nothing: the next comment would replace it.
const keptAs = (name) => {
  const json = localStorage.getItem(name);
  return json ? JSON.parse(json) : { numbers: 0, comments: [] };
};

/** How many comments each page has. */
export const counts = (places) =>
  places.map((place) => keptAs(nameOf(place)).comments.filter(({ comment }) => comment.status != "deleted").length);

export default (options) => {
  const name = nameOf(options);
  const read = () => keptAs(name);
  const write = (kept) => {
    try {
      localStorage.setItem(name, JSON.stringify(kept));
    } catch {
      throw Object.assign(Error("no room"), { name: "StorageFull" });
    }
  };
  const entry = (kept, id) => {
    const found = kept.comments.find(({ comment }) => comment.id == id);
    if (!found) throw new Refusal("not-found");
    return found;
  };
  const refuseBlank = (text) => {
    if (!text.trim()) throw new Refusal("text-empty");
  };
  // Takes out the tombstones that nothing stands under.
  const sweep = (kept) => {
    for (;;) {
      const parents = new Set(kept.comments.map(({ comment }) => comment.parent));
      const rest = kept.comments.filter(
        ({ comment: { id, status } }) => status != "deleted" || parents.has(id),
      );
      if (rest.length == kept.comments.length) return;
      kept.comments = rest;
    }
  };

  return {
    offers,
    list: () => ({ comments: read().comments.map(({ comment }) => comment) }),
    source: ({ id }) => entry(read(), id).text,
    create: ({ key, text, parent, author, website }) => {
      refuseBlank(text);
      const kept = read();
      const id = "local-" + key;
      // What was posted with the key is found again by it.
      const before = kept.comments.find(({ comment }) => comment.id == id);
      if (before) return { comment: before.comment, token: key };
      const above = parent && kept.comments.find(({ comment }) => comment.id == parent);
      if (parent && (!above || above.comment.status == "deleted")) throw new Refusal("parent-not-found");
      kept.numbers++;
      const comment = {
        id,
        number: kept.numbers,
        parent,
        author,
        website,
        created: new Date().toISOString(),
        html: paragraphs(text),
        status: "published",
      };
      kept.comments.push({ comment, text });
      write(kept);
      return { comment, token: key };
    },
    edit: ({ id, text }) => {
      refuseBlank(text);
      const kept = read();
      const found = entry(kept, id);
      Object.assign(found.comment, { html: paragraphs(text), edited: new Date().toISOString() });
      found.text = text;
      write(kept);
      return found.comment;
    },
    remove: ({ id }) => {
      const kept = read();
      const found = entry(kept, id);
      const { number, parent, created } = found.comment;
      Object.assign(found, { comment: { id, number, parent, created, html: "", status: "deleted" }, text: "" });
      sweep(kept);
      write(kept);
      return kept.comments.find(({ comment }) => comment.id == id)?.comment;
    },
  };
};
