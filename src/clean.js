// Shows a thread that a server has drawn where that server is not trusted as the loader is: by the
// browser's own sanitizer (HTML Sanitizer API), or by DOMPurify. What a comment may hold stands in
// protocol/src/html.rs, what a thread has around it in src/ui.
const elements = (
  "a article bdi blockquote br button code del div em form h1 h2 h3 h4 h5 h6 header hr input label " +
  "li ol p pre section span strong sub sup table tbody td template textarea th thead time tr ul"
).split(" ");
const attributes = (
  "accept-charset action align aria-busy aria-describedby aria-hidden aria-invalid aria-label aria-pressed " +
  "autocomplete class data-locale data-max-depth data-note data-sort datetime dir for form href id " +
  "method name novalidate part rel role rows start tabindex target title type value"
).split(" ");

export const show = async (root, html) => {
  if (root.setHTML) return root.setHTML(html, { sanitizer: { elements, attributes } });
  const { default: purify } = await import("./purify.js");
  root.replaceChildren(
    purify.sanitize(html, {
      ALLOWED_TAGS: elements,
      ALLOWED_ATTR: attributes,
      RETURN_DOM_FRAGMENT: true,
    }),
  );
};
