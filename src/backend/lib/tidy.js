// What an adapter tells, as the widget takes it. Servers send what they like: every field is made what
// it has to be, or left out. HTML is cleaned by the widget, when it is shown.

const STATUSES = ["published", "pending", "deleted"];
/** The longest name that is shown, in characters. */
const LONGEST_NAME = 200;
/** The longest HTML of a comment, in characters. */
const LONGEST_HTML = 500_000;

/** An id as the widget, the page's anchors and its addresses can have it; `raw` takes it back. */
export const safe = (id) =>
  String(id).replace(/[^0-9A-Za-z-]/gu, (sign) => `_${sign.codePointAt(0).toString(16)}_`);

/** The id that the server knows. */
export const raw = (id) =>
  id.replace(/_([0-9a-f]{1,6})_/g, (all, hex) => {
    const point = parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });

/** A time as RFC 3339, from a date, milliseconds since 1970, or a text; empty where it is none. */
export const time = (value) => {
  const date = new Date(value ?? NaN);
  return Number.isNaN(+date) || date.getFullYear() > 9999 ? "" : date.toISOString();
};

/** An address of the web; none where it is another one. */
export const web = (address) => {
  try {
    const url = new URL(String(address).trim());
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
};

/** A whole number that is not negative. */
const count = (value) => Math.min(Math.max(Math.trunc(+value) || 0, 0), 2 ** 31);

const line = (text) => {
  const name = typeof text == "string" ? text.replace(/\s+/g, " ").trim() : "";
  return name ? [...name].slice(0, LONGEST_NAME).join("") : undefined;
};

const originOf = (origin) => {
  const url = web(origin?.url);
  return url && { name: line(origin.name) ?? new URL(url).host, url };
};

const reactionsOf = (reactions) =>
  (Array.isArray(reactions) ? reactions : [])
    .map((it) => ({ name: line(it?.name), count: count(it?.count) }))
    .filter(({ name }) => name);

/** One comment; none where it has no id. */
export const comment = (given) => {
  if (given?.id == null || given.id === "") return undefined;
  const isDeleted = given.status == "deleted";
  const has = (value) => value != null && value !== "" && value !== 0;
  return {
    id: safe(given.id),
    number: count(given.number),
    parent: has(given.parent) ? safe(given.parent) : undefined,
    author: isDeleted ? undefined : line(given.author),
    website: isDeleted ? undefined : web(given.website),
    created: time(given.created),
    edited: time(given.edited) || undefined,
    html: isDeleted ? "" : String(given.html ?? "").slice(0, LONGEST_HTML),
    pinned: !!given.pinned,
    status: STATUSES.includes(given.status) ? given.status : "published",
    up: count(given.up),
    down: count(given.down),
    reactions: reactionsOf(given.reactions),
    origin: originOf(given.origin),
  };
};

const whole = (value, otherwise) => (Number.isInteger(value) && value >= 0 ? value : otherwise);

/** What is said of a list beside its comments. */
export const about = (given) => ({
  total: count(given.total),
  root_count: whole(given.rootCount, undefined),
  limits: {
    text_bytes: whole(given.limits?.textBytes, 10_000),
    author_bytes: whole(given.limits?.authorBytes, 100),
    edit_seconds: whole(given.limits?.editSeconds, 0),
    undo_seconds: whole(given.limits?.undoSeconds, 0),
  },
  votes: ["up", "both"].includes(given.votes) ? given.votes : "none",
  reactions: reactionsOf(given.reactions),
  offers: given.offers && [...given.offers, ...(given.setup ? ["setup"] : [])],
  incomplete: !!given.incomplete,
  origin: originOf(given.origin),
});
