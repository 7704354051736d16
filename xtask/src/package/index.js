// The npm package: brings the loader from your comment server, so that the two are always of one
// version, and makes elements for it. Nothing happens before one of these functions is called, and
// nothing at all where there is no document.

const TAG = "afterword-comments";

let loading;

const load = (api) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = api.replace(/\/*$/, "/embed.js");
    // A loader that finds no element would put one where its script stands.
    const guard = document.createElement(TAG);
    guard.dataset.loading = "manual";
    guard.hidden = true;
    const free = () => setTimeout(() => guard.remove());
    script.onload = () => {
      if (document.readyState == "loading") addEventListener("DOMContentLoaded", free);
      else free();
      resolve();
    };
    script.onerror = () => {
      guard.remove();
      script.remove();
      reject(new Error(`${script.src} could not be loaded`));
    };
    document.head.append(guard, script);
  });

/** Defines <afterword-comments>, once. `api` is the address of the server. */
export const define = (api) => {
  if (typeof document == "undefined" || customElements.get(TAG)) return Promise.resolve();
  if (!loading) {
    loading = load(api);
    // Whoever waits for it is told; whoever doesn't, can try again.
    loading.catch(() => {
      loading = undefined;
    });
  }
  return loading;
};

/** Puts an element with the comments into another one, and gives it back. */
export const mount = (where, { api, ...options }) => {
  const parent = typeof where == "string" ? document.querySelector(where) : where;
  if (!parent) throw new TypeError(`afterword: there is no element ${where}`);
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(options))
    if (value != null) element.dataset[name] = value;
  element.dataset.api = api;
  parent.append(element);
  define(api);
  return element;
};

/** Has elements with `data-backend="name"` speak with that backend: as register.js does. */
export const registerBackend = (name, backend) => {
  const afterword = (globalThis.Afterword ??= {});
  (afterword.backends ??= {})[name] = backend;
  globalThis.dispatchEvent?.(new Event("afterword:backend"));
};
