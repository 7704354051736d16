// Who moderates in which widget: the tools of a page share this.
const active = new WeakMap();

/** What the token of a moderator's session is kept under, in the page's own storage. */
export const moderatorOf = ({ api }) => "afterword:moderator:" + api;

/** What a moderator can do in the widget of that element; nothing where none has signed in. */
export const moderation = (root) => active.get(root);

export const begin = (root, deeds) => active.set(root, deeds);

export const end = (root) => active.delete(root);
