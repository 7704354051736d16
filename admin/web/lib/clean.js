// The one way by which HTML reaches the page: by `Element.setHTML()` where the browser has it (HTML
// Sanitizer API), by DOMPurify where not. What is allowed stands in protocol/src/html.rs, and the
// program hands it over.

let purify;

/** Loads DOMPurify where the browser can't clean by itself. */
export const prepare = async () => {
  if (!Element.prototype.setHTML) purify = (await import(new URL("purify.js", import.meta.url))).default;
};

const UNWRAPPED = ["b", "div", "i", "ins", "s", "section", "u"];
const IMAGE = /^\/images\/([\w.-]+)$/;

/**
 * Shows a comment's HTML in an element. `allowed` has the names of elements, and attributes as
 * "element:attribute".
 */
export const clean = (element, html, allowed) => {
  const [elements, pairs] = allowed.split("\n").map((names) => names.split(" "));
  const attributes = [...new Set(pairs.map((pair) => pair.split(":")[1]))];
  // In a document that loads nothing.
  let inert = document.implementation.createHTMLDocument("").body;
  if (inert.setHTML) {
    const sanitizer = { elements, attributes, replaceWithChildrenElements: UNWRAPPED };
    inert.setHTML(html, { sanitizer });
  } else if (purify) {
    inert = purify.sanitize(html, {
      ALLOWED_TAGS: elements,
      ALLOWED_ATTR: attributes,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
  } else {
    return (element.textContent = html);
  }
  for (const child of inert.querySelectorAll("*")) {
    const tag = child.localName;
    for (const { name } of [...child.attributes])
      if (!pairs.includes(`${tag}:${name}`) || name == "class") child.removeAttribute(name);
    if (tag == "a") {
      if (!/^(https?|mailto):/i.test(child.protocol)) child.removeAttribute("href");
      // What it leads to may be anything: it learns nothing of these pages.
      child.rel = "noopener noreferrer nofollow ugc";
      child.target = "_blank";
    }
    if (tag == "img") {
      const name = IMAGE.exec(child.getAttribute("src") ?? "")?.[1];
      if (name) child.src = new URL(`images/${name}`, document.baseURI);
      else child.remove();
    }
    if (tag == "pre") child.tabIndex = 0;
  }
  element.replaceChildren(...inert.childNodes);
};
