// What comes with the Wasm, and begins it. The loader knows of nothing behind this file: what only a
// reader who takes part needs stands here and not there. The build puts the Wasm's glue into it.
import init, { mount as begin } from "./afterword.js";
import { english, load } from "./locales.js";

let wasm;

// That the file of a language doesn't come is no reason to fail: there is English.
const texts = async ({ locale, lang }) => {
  try {
    // What a server has drawn is in the language that it says.
    return await load(locale || lang);
  } catch {
    return undefined;
  }
};

// All that is said, in the reader's language or else in English.
const words = async (options) => {
  const messages = await texts(options);
  return messages ? { messages } : { english: await english() };
};

// What posts to a server, and proves that work was done for it.
const post = async (...call) =>
  (await import(new URL("tools/proof.js", import.meta.url))).post(...call);

// What speaks with a backend that doesn't speak the protocol.
const adapter = async (options) => {
  if ((options.backend ?? "afterword") == "afterword") return { post };
  const { connect } = await import(new URL("backend/connect.js", import.meta.url));
  return connect(options);
};

/** Gets everything ready, from the answer that brings the Wasm: gives what `mount` needs of it. */
export const open = async (module_or_path, options) => {
  wasm ??= init({ module_or_path });
  const ready = await Promise.all([words(options), adapter(options), wasm]);
  return { ...ready[0], ...ready[1] };
};

/** Mounts the widget: `thread` is what a server says about the thread that it has drawn. */
export const mount = (root, options, ready, thread) =>
  begin(root, {
    ...options,
    ...ready,
    // Some pages write `pt_BR`.
    lang: options.lang.replace(/_/g, "-"),
    thread,
    load: (file) => import(new URL(file, import.meta.url)),
  });

// What a page's policy refuses to Wasm, the server's own page allows.
const page = ({ api, site, pageId, pageTitle, pageUrl, lang }, texts) => {
  const link = document.createElement("a");
  const query = { page: pageId, title: pageTitle, url: pageUrl, lang, ...(site && { site }) };
  link.href = `${api}/thread?${new URLSearchParams(query)}`;
  link.target = "_blank";
  link.textContent = texts?.["open-thread"] ?? "Open them in a new tab";
  return link;
};

/** The loader has said in English that the comments could not be loaded: says it in the reader's
    language, and takes away what can't help. */
export const explain = async (root, options, { name }) => {
  const notice = root.querySelector(".notice-error");
  if (!notice) return;
  const [sentence, button] = notice.children;
  // `TypeError` and `Error` are a network's, and it may recover; a policy's and a browser's have
  // other names, and they won't.
  if (!/^[TE]/.test(name)) button.remove();
  const messages = await texts(options);
  if ((options.backend ?? "afterword") == "afterword") sentence.after(page(options, messages));
  if (!messages) return;
  notice.dir = messages.dir;
  sentence.textContent = messages["fail-load"] ?? sentence.textContent;
  button.textContent = messages.retry ?? button.textContent;
};
