// HTML of other servers, made of what a comment may hold (protocol/src/html.rs). The document is inert:
// nothing here runs or loads. The widget cleans it all the same.
import { escape } from "./text.js";

const KEPT =
  /^(a|blockquote|br|code|del|em|h[1-6]|hr|li|ol|p|pre|span|strong|sub|sup|table|tbody|td|th|thead|tr|ul)$/;
/** What stands in a line of its own. */
const BLOCKS =
  /^(address|article|aside|blockquote|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|th|thead|tr|ul)$/;
const OTHERS = { b: "strong", i: "em", s: "del", strike: "del", kbd: "code", samp: "code", tt: "code" };
const GONE = "script,style,template,noscript,svg,math,object,embed,select,textarea,button,title,head";

/** What stands for media, which are linked and not loaded. Screen readers know its name in every
    language. */
const SIGNS = { image: "🖼", video: "🎞", gifv: "🎞", audio: "🔊" };

const isBlock = ({ nodeType, localName }) => nodeType == 1 && BLOCKS.test(localName);

/** The name of a file, from its address. */
const fileName = (address) => {
  const name = address.split(/[?#]/)[0].split("/").pop();
  try {
    return decodeURIComponent(name).slice(-60);
  } catch {
    return name.slice(-60);
  }
};

/** What is read of an image or the like. */
export const caption = (kind, address, words) =>
  `${SIGNS[kind] ?? "📎"} ${words?.trim() || fileName(address) || new URL(address).host}`;

/** A link as HTML; only its words where the address is none of the web. */
export const link = (address, words) =>
  /^https?:\/\//i.test(address) ? `<a href="${escape(address)}">${escape(words)}</a>` : escape(words);

/** Media as HTML: a link with its alternative text. */
export const media = (kind, address, words) => {
  const url = String(address ?? "");
  return /^https?:\/\//i.test(url) ? link(url, caption(kind, url, words)) : "";
};

/** A list as HTML; nothing where it is empty. */
export const items = (all) => {
  const there = all.filter(Boolean);
  return there.length ? `<ul>${there.map((it) => `<li>${it}</li>`).join("")}</ul>` : "";
};

/** One as a paragraph, several as a list. */
export const stack = (all) => {
  const there = all.filter(Boolean);
  return there.length == 1 ? `<p>${there[0]}</p>` : items(there);
};

/** The body of a document of that HTML. */
export const parse = (html) => new DOMParser().parseFromString(String(html ?? ""), "text/html").body;

/** Takes an element away, and leaves what it holds. */
export const unwrap = (element) => {
  while (element.firstChild) element.before(element.firstChild);
  element.remove();
};

const renamed = (element, name) => {
  const other = element.ownerDocument.createElement(name);
  while (element.firstChild) other.append(element.firstChild);
  element.replaceWith(other);
  return other;
};

/** Covers what an element says, until somebody wants to read it. */
export const cover = (element) => {
  let run;
  for (const node of [...element.childNodes])
    if (isBlock(node)) {
      run = undefined;
      cover(node);
    } else if (run) run.append(node);
    else if (node.textContent.trim()) {
      run = element.ownerDocument.createElement("span");
      run.className = "spoiler";
      node.before(run);
      run.append(node);
    }
};

/** The same HTML, covered. */
export const covered = (html) => {
  const body = parse(html);
  cover(body);
  return body.innerHTML;
};

// One of an element that a comment may not hold.
const reduceOne = (element, base) => {
  const name = element.localName;
  const absolute = (address) => {
    try {
      const { protocol, href } = new URL(address, base);
      return /^(https?|mailto):$/.test(protocol) ? href : undefined;
    } catch {
      return undefined;
    }
  };
  if (name == "a") {
    const address = absolute(element.getAttribute("href"));
    if (address && element.hasAttribute("href")) element.setAttribute("href", address);
    else element.removeAttribute("href");
  } else if (/^(img|video|audio|iframe)$/.test(name)) {
    const source = element.getAttribute("src") ?? element.querySelector("source")?.getAttribute("src");
    const address = source && absolute(source);
    const kind = name == "img" ? "image" : name == "audio" ? name : "video";
    const words = element.getAttribute("alt") ?? element.getAttribute("title");
    const said = address && caption(kind, address, words);
    if (said && element.closest("a")) element.replaceWith(said);
    else if (said) {
      const link = element.ownerDocument.createElement("a");
      link.setAttribute("href", address);
      link.append(said);
      element.replaceWith(link);
    } else element.replaceWith(words ?? "");
  } else if (name == "input") {
    // An item of a list of tasks.
    const isBox = element.getAttribute("type") == "checkbox";
    element.replaceWith(isBox ? (element.hasAttribute("checked") ? "☑" : "☐") : "");
  } else if (OTHERS[name]) renamed(element, OTHERS[name]);
  else if (KEPT.test(name)) return;
  // What stood in a line of its own goes on to do so.
  else if (isBlock(element) && element.textContent.trim() && ![...element.children].some(isBlock))
    renamed(element, "p");
  else unwrap(element);
};

/** HTML of a server at `base`, reduced to what a comment may hold: addresses are whole, media are
    links, and what stands in other elements stays. `edit` may change the document before. */
export const reduce = (html, base, edit) => {
  const body = parse(html);
  edit?.(body);
  for (const element of body.querySelectorAll(GONE)) element.remove();
  for (const element of [...body.querySelectorAll("*")])
    if (element.isConnected) reduceOne(element, base);
  return body.innerHTML;
};
