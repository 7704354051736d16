// Dialogs: modal, labelled, closed by Escape or a button, and the focus goes back.

/** An element with properties and children. Texts are texts, never HTML. */
export const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** The element that a node is, or stands in. */
export const elementOf = (node) => (node.nodeType == Node.ELEMENT_NODE ? node : node.parentElement);

/** Whether somebody has typed into a field of it. */
const isTyped = (element) =>
  [...element.querySelectorAll("textarea, input")].some((it) => it.value != it.defaultValue);

/**
 * Opens a dialog with a title. It is gone from the page when it is closed. Answers the dialog's
 * element, whose `.dialog-body` is to be filled.
 */
export const dialog = ({ root, text }, title, ...children) => {
  const before = root.getRootNode().activeElement;
  // What has opened it may be drawn anew meanwhile.
  const article = before?.closest("article");
  const close = make(
    "button",
    { type: "button", className: "dialog-close", ariaLabel: text("tool-close") },
    "\u00d7",
  );
  const heading = make("h2", { className: "dialog-title", tabIndex: -1 }, title);
  const body = make("div", { className: "dialog-body" }, ...children);
  const element = make(
    "dialog",
    { className: "dialog", ariaLabel: title },
    make("header", { className: "dialog-head" }, heading, close),
    body,
    // While it is open, all that stands outside of it is silent.
    make("p", { className: "dialog-said visually-hidden", role: "status" }),
  );
  close.onclick = () => element.close();
  // A click on the backdrop is a click on the dialog itself. One that began in a field is a selection
  // that went too far; and beside what somebody has typed, nobody means to throw that away.
  // A handler that gives `false` would keep every click in it from doing anything.
  let isBeside;
  element.onpointerdown = ({ target }) => {
    isBeside = target == element;
  };
  element.onclick = ({ target }) => {
    if (target == element && isBeside && !isTyped(element)) element.close();
  };
  // The browser tells of it a moment later: something else may have got the focus by then.
  element.onclose = () => {
    element.remove();
    if (root.getRootNode().activeElement) return;
    const there = before?.isConnected ? before : article?.isConnected && article;
    (there || root.querySelector(".thread-title"))?.focus({ preventScroll: !there });
  };
  root.append(element);
  element.showModal();
  heading.focus();
  return element;
};
