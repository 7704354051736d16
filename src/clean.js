// Shows a thread that a server has drawn where that server is not trusted as the loader is: by the
// browser's own sanitizer (HTML Sanitizer API), or by DOMPurify. What a comment may hold stands in
// protocol/src/html.rs, what a thread has around it in src/ui.
const elements = (
  "a article bdi blockquote br button code del div em form h1 h2 h3 h4 h5 h6 header hr img input label " +
  "li ol p pre section span strong sub sup table tbody td template textarea th thead time tr ul"
).split(" ");
const attributes = (
  "accept-charset action align alt aria-busy aria-describedby aria-expanded aria-haspopup aria-hidden " +
  "aria-invalid aria-label aria-pressed autocomplete class data-hue data-letters data-locale data-max-depth " +
  "data-n data-note data-sort datetime decoding dir for form height href id lang loading method name novalidate " +
  "part placeholder rel role rows src start tabindex target title type value width"
).split(" ");

export const show = async (root, html) => {
  // In a document that loads nothing, until it is known whose images these are.
  let inert = document.implementation.createHTMLDocument("").body;
  if (inert.setHTML) inert.setHTML(html, { sanitizer: { elements, attributes } });
  else {
    const { default: purify } = await import("./purify.js");
    inert = purify.sanitize(html, {
      ALLOWED_TAGS: elements,
      ALLOWED_ATTR: attributes,
      RETURN_DOM_FRAGMENT: true,
      // Fields have names; in a shadow root they hide nothing of the document.
      SANITIZE_DOM: false,
    });
    // It has trimmed the blank that only tells a style whether a field is empty.
    for (const field of inert.querySelectorAll("[placeholder='']")) field.placeholder = " ";
  }
  // The server's own are below the address that its forms lead to.
  const own = inert.querySelector("form[action]")?.action.replace(/\/thread\b.*/, "/images/");
  for (const image of inert.querySelectorAll("img"))
    if (!own || !image.src.startsWith(own)) image.remove();
  root.replaceChildren(...inert.childNodes);
};
