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

/**
 * Opens a dialog with a title. It is gone from the page when it is closed. Answers the dialog's
 * element, whose `.dialog-body` is to be filled.
 */
export const dialog = ({ root, text }, title, ...children) => {
  const before = root.getRootNode().activeElement;
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
  // A click on the backdrop is a click on the dialog itself.
  // A handler that gives `false` would keep every click in it from doing anything.
  element.onclick = (event) => {
    if (event.target == element) element.close();
  };
  element.onclose = () => {
    element.remove();
    if (before?.isConnected) before.focus();
  };
  root.append(element);
  element.showModal();
  heading.focus();
  return element;
};
