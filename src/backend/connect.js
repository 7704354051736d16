// Which adapter `data-backend` names, brought when it is: a page that has none pays for none.
import { connect as shell } from "./lib/shell.js";

const ADAPTERS = {
  local: () => import("./local.js"),
  isso: () => import("./isso.js"),
  artalk: () => import("./artalk.js"),
  twikoo: () => import("./twikoo.js"),
  wordpress: () => import("./wordpress.js"),
  comentario: () => import("./comentario.js"),
  remark42: () => import("./remark42.js"),
  mastodon: () => import("./mastodon.js"),
  bluesky: () => import("./bluesky.js"),
  discourse: () => import("./discourse.js"),
  github: () => import("./github.js"),
  static: () => import("./static.js"),
  waline: () => import("./waline.js"),
  rest: () => import("./rest.js"),
};

/** For how long a page may take to register what it names, in milliseconds. */
const PATIENCE = 10_000;

// What the page has registered by `Afterword.registerBackend()`, now or soon.
const registered = async (name) => {
  const find = () => globalThis.Afterword?.backends?.[name];
  if (!globalThis.Afterword && !document.querySelector("script[src*='register']")) return undefined;
  if (!find())
    await new Promise((resolve) => {
      const done = () => find() && resolve();
      addEventListener("afterword:backend", done);
      setTimeout(resolve, PATIENCE);
    });
  return find();
};

/** The backend that the options name: what the widget calls, what it offers at first, and itself. */
export const connect = async (options) => {
  const { backend: name } = options;
  const module = await (ADAPTERS[name]?.() ?? registered(name));
  if (!module) {
    const known = Object.keys(ADAPTERS).map((name) => `"${name}"`);
    // The loader offers no second try where another name would be needed.
    throw new RangeError(
      `Afterword: data-backend is "${name}"; it can be "afterword", ${known.join(", ")}, or a name that the page registers.`,
    );
  }
  const make = module.default ?? module;
  const backend = await (typeof make == "function" ? make(options) : make);
  const offers = backend.offers ?? "";
  return {
    service: backend,
    adapter: shell(backend, options),
    offers: " " + (Array.isArray(offers) ? offers.join(" ") : offers),
  };
};
