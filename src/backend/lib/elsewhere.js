// What the adapters have in common that show a conversation which takes place elsewhere.
import { BadAnswer } from "./refusal.js";

/** `data-api`, where the owner has set it; the loader names the place that it came from otherwise. */
export const ownApi = ({ api }) => {
  const home = import.meta.url.replace(/\/(assets\/[^/]+\/)?(backend|tools)\/[^/]*$/, "");
  return api == home ? undefined : api;
};

/** What an owner has to be told on the console: the page itself is wrong, and no second try helps. */
export const wrong = (sentence) => new RangeError("Afterword: " + sentence);

/** An address of the web, taken apart; none where it is something else. */
export const web = (address) => {
  try {
    const url = new URL(String(address).trim());
    return /^https?:$/.test(url.protocol) ? url : undefined;
  } catch {
    return undefined;
  }
};

/** A list, whatever came instead. */
export const array = (value) => (Array.isArray(value) ? value : []);

/** A text, whatever came instead. */
export const text = (value) => (typeof value == "string" ? value : "");

/** The list that has to be there. */
export const demand = (value, name) => {
  if (!Array.isArray(value)) throw new BadAnswer(`no list of ${name}`);
  return value;
};

/** For how long texts are made at a time, in milliseconds: the page can answer in between. */
const SLICE = 8;

/** What `make` makes of each that it understands, and whether it understood all. What it answers
    nothing for is left out with a will. */
export const each = async (all, make) => {
  const made = [];
  let isWhole = true;
  let until = performance.now() + SLICE;
  for (const one of all) {
    try {
      const it = make(one);
      if (it) made.push(it);
    } catch (error) {
      console.warn("Afterword:", error);
      isWhole = false;
    }
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + SLICE;
  }
  return { made, isWhole };
};

/** Comments without the tombstones that nothing stands under. */
export const swept = (comments) => {
  for (;;) {
    const parents = new Set(comments.map(({ parent }) => parent));
    const rest = comments.filter(({ id, status }) => status != "deleted" || parents.has(id));
    if (rest.length == comments.length) return rest;
    comments = rest;
  }
};

/** The reader's language, as `Intl` takes it. Some pages write `pt_BR`, and some none at all. */
export const locale = (lang) => {
  try {
    return Intl.getCanonicalLocales(text(lang).replace(/_/g, "-"))[0];
  } catch {
    return undefined;
  }
};
