// Signing in and out, where the backend has a way to. At once, because only what a press itself does may
// open a window.

export const sign = ({ service, text, run }, where) => {
  // What one may do is another matter then.
  const done = () => run("load");
  const blocked = () => run("trouble", text("tool-sign-in-blocked"));
  return Promise.resolve(where == "out" ? service?.logout?.() : service?.login?.()).then(done, blocked);
};
