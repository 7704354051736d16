// Which adapter `data-backend` names, brought when it is: a page that has none pays for none.

const ADAPTERS = {
  local: () => import("../local.js"),
  isso: () => import("../isso.js"),
  artalk: () => import("../artalk.js"),
  twikoo: () => import("../twikoo.js"),
  wordpress: () => import("../wordpress.js"),
  comentario: () => import("../comentario.js"),
  remark42: () => import("../remark42.js"),
  mastodon: () => import("../mastodon.js"),
  bluesky: () => import("../bluesky.js"),
  discourse: () => import("../discourse.js"),
  github: () => import("../github.js"),
  static: () => import("../static.js"),
  waline: () => import("../waline.js"),
  rest: () => import("../rest.js"),
};

/** For how long after the page is there it may still register what it names, in milliseconds. */
const PATIENCE = 3000;

// What the page has registered by `Afterword.registerBackend()`, now or soon.
const registered = (name) => {
  const find = () => globalThis.Afterword?.backends?.[name];
  const mayCome = globalThis.Afterword || document.querySelector("script[src*='register']");
  if (find() || !mayCome) return find();
  return new Promise((resolve) => {
    const over = new AbortController();
    const once = { signal: over.signal };
    const done = () => {
      over.abort();
      resolve(find());
    };
    const wait = () => setTimeout(done, PATIENCE);
    addEventListener("afterword:backend", () => find() && done(), once);
    if (document.readyState == "complete") wait();
    else addEventListener("load", wait, once);
  });
};

/** The module of an adapter, or what the page has registered under that name. */
export const adapter = async (name) => {
  const module = await (Object.hasOwn(ADAPTERS, name) ? ADAPTERS[name]() : registered(name));
  if (module) return module;
  const known = Object.keys(ADAPTERS).map((name) => `"${name}"`);
  // The loader offers no second try where another name would be needed.
  throw new RangeError(
    `Afterword: data-backend is "${name}"; it can be "afterword", ${known.join(", ")}, or a name that the page registers.`,
  );
};

/** The backend that a module or what was registered makes of the settings. */
export const made = (module, options) => {
  const make = module.default ?? module;
  return typeof make == "function" ? make(options) : make;
};
