// An API of the owner's own, described by a mapping: `data-mapping` is the address of a JSON file, or
// `#ID` of a `<script type="application/json">` in the page. docs/backends.md tells what stands in it.
import { inPortions, listed, oneByOne } from "./lib/counting.js";
import { address, json, request } from "./lib/http.js";
import { BadAnswer, Refusal } from "./lib/refusal.js";
import { paragraphs } from "./lib/text.js";

/** Every call that a mapping may have, with what it says of the answer. */
const CALLS = {
  list: ["comments", "next", "total"],
  replies: ["comments", "next"],
  create: ["comment", "token"],
  edit: ["comment"],
  remove: [],
  up: ["up", "down"],
  down: ["up", "down"],
  unvote: ["up", "down"],
  preview: ["html"],
  source: ["text"],
  counts: ["counts", "page", "count"],
};
/** Most pages that are counted by one request. */
const MOST = 100;
const OF_A_CALL = ["method", "path", "query", "headers", "body"];
const OF_A_COMMENT = "id parent author website created edited html text status up down replies".split(" ");
const TOP = ["comment", "headers", "credentials", "errors", "offers", "limits", "votes", "statuses", ...Object.keys(CALLS)];

export const offers = "post reply name website edit delete preview newest oldest top discussed unvote";
export const votes = "both";
export const portions = true;

/** A value by JSON Pointer (RFC 6901); none where there is none. */
const at = (value, pointer) => {
  if (pointer === undefined) return undefined;
  if (pointer === "") return value;
  const steps = pointer.slice(1).split("/");
  return steps.reduce(
    (value, step) => value?.[step.replaceAll("~1", "/").replaceAll("~0", "~")],
    value,
  );
};

/** Checks a mapping: what is wrong is said with the place where it stands. */
export const check = (mapping) => {
  const fail = (where, what) => {
    throw new RangeError(`Afterword: in the mapping of data-backend="rest", ${where} ${what}`);
  };
  const isObject = (value) => value && typeof value == "object" && !Array.isArray(value);
  const object = (value, where) => isObject(value) || fail(where || "the whole", "must be an object");
  const only = (value, names, where) => {
    for (const name of Object.keys(value))
      names.includes(name) || fail(`${where}/${name}`, `is not known; known are ${names.join(", ")}`);
  };
  const pointer = (value, where) =>
    value === undefined ||
    (typeof value == "string" && /^(\/.*)?$/s.test(value)) ||
    fail(where, 'must be a JSON Pointer, as "/data/id"');
  const texts = (value, where) => {
    if (value === undefined) return;
    object(value, where);
    for (const [name, text] of Object.entries(value))
      typeof text == "string" || fail(`${where}/${name}`, "must be a text");
  };
  object(mapping, "");
  only(mapping, TOP, "");
  object(mapping.list, "/list");
  object(mapping.comment, "/comment");
  only(mapping.comment, OF_A_COMMENT, "/comment");
  for (const [name, value] of Object.entries(mapping.comment)) pointer(value, `/comment/${name}`);
  mapping.comment.id ?? fail("/comment/id", "is missing");
  mapping.comment.html ?? mapping.comment.text ?? fail("/comment/html", "is missing, and /comment/text too");
  texts(mapping.headers, "/headers");
  texts(mapping.statuses, "/statuses");
  for (const [name, answers] of Object.entries(CALLS)) {
    const call = mapping[name];
    if (call === undefined) continue;
    object(call, `/${name}`);
    only(call, [...OF_A_CALL, ...answers], `/${name}`);
    /^\//.test(call.path) || fail(`/${name}/path`, 'must be a path, as "/comments"');
    for (const answer of answers) pointer(call[answer], `/${name}/${answer}`);
    texts(call.query, `/${name}/query`);
    texts(call.headers, `/${name}/headers`);
  }
  mapping.list.comments ?? fail("/list/comments", "is missing");
  if (mapping.errors !== undefined) {
    object(mapping.errors, "/errors");
    only(mapping.errors, ["kind", "kinds"], "/errors");
    pointer(mapping.errors.kind, "/errors/kind");
    texts(mapping.errors.kinds, "/errors/kinds");
  }
  ["omit", "include", undefined].includes(mapping.credentials) ||
    fail("/credentials", 'must be "omit" or "include"');
  ["up", "both", "none", undefined].includes(mapping.votes) ||
    fail("/votes", 'must be "up", "both" or "none"');
  mapping.offers === undefined || Array.isArray(mapping.offers) || fail("/offers", "must be a list of words");
  return mapping;
};

/** A template with its `{name}`s filled; one that is nothing but `{name}` is left out where there is no
    value, and `{name|number}` is a number. */
const filled = (template, values) => {
  if (Array.isArray(template)) return template.map((part) => filled(part, values));
  if (template && typeof template == "object") {
    const parts = Object.entries(template).map(([name, part]) => [name, filled(part, values)]);
    return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
  }
  if (typeof template != "string") return template;
  const whole = /^\{(\w+)(\|number)?\}$/.exec(template);
  if (whole) {
    const value = values[whole[1]];
    return whole[2] && value != null ? +value : value ?? undefined;
  }
  return template.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? "");
};

const read = async (source) => {
  if (!source) throw new RangeError('Afterword: data-backend="rest" needs data-mapping');
  if (!source.startsWith("#")) return json(new URL(source, document.baseURI).href);
  const text = document.getElementById(source.slice(1))?.textContent;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`Afterword: ${source} is no JSON: ${error.message}`);
  }
};

// What calls an API by a mapping; `always` has what is known without the call.
const caller = (api, mapping, always) => {
  const refused = ({ status, data }) => {
    const said = at(data, mapping.errors?.kind);
    const kind = mapping.errors?.kinds?.[said];
    return kind && new Refusal(kind, { status });
  };

  return async (name, given = {}) => {
    const { method, path, query, headers, body } = mapping[name];
    const values = { ...always, ...given };
    // In a path each value is one segment.
    const encoded = Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value ?? "")]);
    const where = path.replace(/\{(\w+)\}/g, (all, name) => Object.fromEntries(encoded)[name] ?? "");
    const { data } = await request(address(api, where, filled(query ?? {}, values)), {
      method: method ?? (body ? "POST" : "GET"),
      headers: filled({ ...mapping.headers, ...headers }, values),
      credentials: mapping.credentials ?? "omit",
      body: body && filled(body, values),
      refused,
    });
    return data;
  };
};

/** How many comments each page has. */
export const counts = async (places) => {
  const { api, site, mapping: source } = places[0];
  const mapping = check(await read(source));
  const { counts } = mapping;
  if (!counts) throw new RangeError('Afterword: the mapping of data-backend="rest" has no "counts"');
  const call = caller(api, mapping, { site });
  const pages = places.map(({ pageId }) => pageId);
  const number = (value) => (value == null ? undefined : +at(value, counts.count ?? ""));
  if (!JSON.stringify(counts).includes("{pages}"))
    return oneByOne(pages, async (page) => number(at(await call("counts", { page }), counts.counts ?? "")));
  return inPortions(pages, MOST, async (pages) => {
    const found = at(await call("counts", { pages }), counts.counts ?? "");
    // By their pages, in the order that they were asked for, or with the page in each.
    if (!Array.isArray(found)) return pages.map((page) => number(found?.[page]));
    if (counts.page === undefined) return listed(found, pages).map(number);
    return pages.map((page) => number(found.find((it) => at(it, counts.page) == page)));
  });
};

export default async ({ api, site, pageId, pageTitle, pageUrl, lang, mapping: source }) => {
  const mapping = check(await read(source));
  const always = { site, page: pageId, title: pageTitle, url: pageUrl, lang };
  const call = caller(api, mapping, always);

  const commentOf = (given, above) => {
    const fields = OF_A_COMMENT.map((name) => [name, at(given, mapping.comment[name])]);
    const { text, html, status, parent, replies, ...rest } = Object.fromEntries(fields);
    return {
      ...rest,
      parent: parent ?? above,
      html: html ?? (text == null ? "" : paragraphs(text)),
      status: mapping.statuses?.[status] ?? status,
    };
  };

  // Answers may stand within what they answer.
  const flat = (given, above) => {
    if (!Array.isArray(given)) throw new BadAnswer("the mapping finds no list of comments");
    return given.flatMap((item) => {
      const comment = commentOf(item, above);
      const replies = at(item, mapping.comment.replies);
      return [comment, ...(Array.isArray(replies) ? flat(replies, comment.id) : [])];
    });
  };

  const has = (name) => mapping[name] !== undefined;
  const isPaged = has("list") && mapping.list.next !== undefined;
  // In portions the server sorts; as a whole the widget does.
  const orders = isPaged
    ? JSON.stringify(mapping.list).includes("{sort}") ? ["newest", "oldest", "top"] : ["newest"]
    : ["newest", "oldest", "top", "discussed"];
  const words = [
    ...orders,
    ...(has("create") ? ["post", "reply", "name"] : []),
    ...(mapping.comment.website !== undefined ? ["website"] : []),
    ...(has("edit") ? ["edit"] : []),
    ...(has("remove") ? ["delete"] : []),
    ...(has("preview") ? ["preview"] : []),
    ...(has("unvote") ? ["unvote"] : []),
  ];
  const offered = [...new Set([...words, ...(mapping.offers ?? [])])];
  const taken = mapping.votes ?? (has("up") ? (has("down") ? "both" : "up") : "none");

  // A server that gives roots in portions has their answers in them, or gives those when asked.
  const grouped = (comments) => {
    const roots = comments.filter(({ parent }) => parent == null || parent === "" || parent === 0);
    const byId = new Map(comments.map((comment) => [String(comment.id), comment]));
    const rootOf = (comment) => {
      let at = comment;
      for (let steps = 0; steps < comments.length && byId.has(String(at.parent)); steps++)
        at = byId.get(String(at.parent));
      return at;
    };
    return roots.map((root) => ({
      root,
      replies: comments.filter((comment) => comment != root && rootOf(comment) == root),
    }));
  };

  return {
    offers: offered,
    list: async ({ sort, limit, cursor }) => {
      const data = await call("list", { sort, limit, cursor });
      const comments = flat(at(data, mapping.list.comments));
      const about = { votes: taken, offers: offered, limits: mapping.limits, total: at(data, mapping.list.total) };
      if (!isPaged) {
        // Those that are some are counted, where it doesn't say.
        if (about.total == null) delete about.total;
        return { comments, ...about };
      }
      const total = about.total ?? comments.length;
      return { branches: grouped(comments), next: at(data, mapping.list.next), ...about, total };
    },
    ...(has("source") && {
      source: async ({ id, token }) => at(await call("source", { id, token }), mapping.source.text ?? ""),
    }),
    create: async (given) => {
      const data = await call("create", given);
      const comment = commentOf(at(data, mapping.create.comment ?? ""), given.parent);
      const token = at(data, mapping.create.token);
      return { comment, token: token == null ? "" : String(token) };
    },
    edit: async (given) => commentOf(at(await call("edit", given), mapping.edit.comment ?? "")),
    remove: async (given) => {
      await call("remove", given);
    },
    think: async ({ id, vote, before }) => {
      const name = vote ?? "unvote";
      const data = await call(name, { id, before });
      return { up: at(data, mapping[name].up), down: at(data, mapping[name].down) };
    },
    preview: async (given) => at(await call("preview", given), mapping.preview.html ?? ""),
  };
};
