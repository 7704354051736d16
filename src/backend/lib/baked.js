// JSON that stands beside the page, or in it.
import { wrong } from "./elsewhere.js";
import { json } from "./http.js";
import { BadAnswer } from "./refusal.js";

/** Reads what `data-src` leads to: a file, or with a `#` an element of the page. */
export const baked = ({ src }) => {
  if (!src) throw wrong('data-src is missing; it has to be the address of a JSON file, or "#" and an id.');
  if (!src.startsWith("#")) return () => json(new URL(src, document.baseURI).href);
  const element = document.getElementById(src.slice(1));
  if (!element) throw wrong(`data-src is "${src}", but no element has that id.`);
  return () => {
    try {
      return JSON.parse(element.textContent);
    } catch {
      throw new BadAnswer(`the element ${src} holds no JSON`);
    }
  };
};
