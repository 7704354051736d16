// The style of what the program adds to the thread: one sheet for all threads of a page.
const address = new URL("../program.css", import.meta.url);
let sheet;

/** Puts it into the shadow root that an element stands in, once. */
export const dress = async (root) => {
  sheet ??= fetch(address).then(async (found) => {
    if (!found.ok) throw Error(found.status);
    return new CSSStyleSheet().replace(await found.text());
  });
  try {
    const loaded = await sheet;
    const shadow = root.getRootNode();
    const { adoptedStyleSheets } = shadow;
    if (adoptedStyleSheets && !adoptedStyleSheets.includes(loaded))
      shadow.adoptedStyleSheets = [...adoptedStyleSheets, loaded];
  } catch (error) {
    sheet = undefined;
    throw error;
  }
};
