/** How the comments look: as bright as the place where they stand, or dark where the page says so. */
export type Theme = "light" | "dark" | "auto" | "follow";

/** Backends that the widget knows. */
export type KnownBackend =
  | "afterword"
  | "artalk"
  | "bluesky"
  | "comentario"
  | "discourse"
  | "github"
  | "isso"
  | "local"
  | "mastodon"
  | "remark42"
  | "rest"
  | "static"
  | "twikoo"
  | "waline"
  | "wordpress";

/** What an owner may set, by the names that attributes have in `dataset`. */
export interface Options {
  /** Address of the backend. */
  api?: string;
  /** Which kind of backend it is: one of docs/backends.md, or a name of `registerBackend()`. */
  backend?: KnownBackend | (string & {});
  /** Which of a server's sites this is. */
  site?: string;
  /** The page's key; its path when absent. */
  pageId?: string;
  /** The page's title, told to the server with the first comment. */
  pageTitle?: string;
  theme?: Theme;
  /** Language (BCP 47); that of the place where it stands when absent. */
  lang?: string;
  /** Order at first. */
  sort?: "newest" | "oldest" | "top" | "discussed";
  /** Roots in one portion, 1 to 200. */
  pageSize?: number | string;
  /** Deepest indentation, 0 to 100. */
  maxDepth?: number | string;
  /** A token that the site has signed for its reader. */
  ssoToken?: string;
  /** When the comments are shown. */
  loading?: "lazy" | "eager" | "manual";
  /** `idle` brings the program as soon as the browser has nothing else to do. */
  hydrate?: "idle";
  /** `client` has the program draw the comments, from the first one. */
  render?: "client";
  /** `no`: a thread in the page's own HTML is fresh. */
  refresh?: "no";
  /** `off`: what others do meanwhile is not followed. */
  live?: "off";
  /** Address of people's pictures, with `{name}` in it; letters when absent. */
  avatars?: string;
  /** Addresses of posts on Mastodon and Bluesky whose answers stand among the comments. */
  replies?: string;
  /** `mastodon`: the address of the post, or its id at `api`. */
  status?: string;
  /** `bluesky`: the address of the post. */
  post?: string;
  /** `discourse`: the address of the topic. */
  topic?: string;
  /** `github`, `static`: the address of a JSON file, or `#` and the id of an element. */
  src?: string;
  /** `rest`: the address of the mapping, or `#` and the id of an element. */
  mapping?: string;
  /** `wordpress`: the post's number. */
  postId?: number | string;
  /** `wordpress`: the post's name in addresses. */
  slug?: string;
  /** `remark42`: the page's address. */
  url?: string;
  /** `artalk`: the server's time zone, as `+08:00`. */
  zone?: string;
  /** Selector of what can be quoted; `article, main` when absent. */
  article?: string;
  /** What a later version may know. */
  [name: string]: string | number | undefined;
}

/** Options as `update` takes them: what is null or undefined is removed. */
export type Changes = { [Name in keyof Options]: Options[Name] | null };

/** The events of the element, by their names. They bubble. */
export interface AfterwordEvents {
  /** The comments are there. */
  "afterword:ready": CustomEvent<Record<string, never>>;
  /** The program has taken over. */
  "afterword:active": CustomEvent<Record<string, never>>;
  /** A comment of this reader was posted. */
  "afterword:posted": CustomEvent<{ id: string }>;
  /** A comment of this reader was changed. */
  "afterword:edited": CustomEvent<{ id: string }>;
  /** A comment of this reader was deleted. */
  "afterword:deleted": CustomEvent<{ id: string }>;
  /** A deletion of this reader was taken back. */
  "afterword:restored": CustomEvent<{ id: string }>;
  /** A vote or a reaction of this reader was counted; without an id it is about the article. */
  "afterword:voted": CustomEvent<{ id?: string }>;
  /** A reader wants to sign in on the site, where nobody else may post. Cancelable. */
  "afterword:login": CustomEvent<null>;
  /** Something did not work; the reader has been told. */
  "afterword:error": CustomEvent<unknown>;
  /** The comments were taken off the page. */
  "afterword:destroyed": CustomEvent<Record<string, never>>;
}

/** The element that shows a page's comments. */
export interface AfterwordComments extends HTMLElement {
  /** Shows the comments now, whatever `data-loading` says, and after `destroy()`. */
  load(): Promise<void>;
  /** Sets attributes, and looks at the page's address again. */
  update(changes?: Changes): void;
  /** Sets `data-theme`, or removes it. */
  setTheme(theme: Theme | null): void;
  /** Fetches the comments and draws them anew. */
  reload(): Promise<void>;
  /** Takes the comments off the page. The element stays. */
  destroy(): Promise<void>;
  /** Signs the reader in with a token of the site. There from `afterword:active` on. */
  login?(token: string): Promise<void>;
  /** Signs the reader out again. There from `afterword:active` on. */
  logout?(): Promise<void>;
  addEventListener<Name extends keyof AfterwordEvents>(
    type: Name,
    listener: (this: AfterwordComments, event: AfterwordEvents[Name]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof AfterwordEvents>(
    type: Name,
    listener: (this: AfterwordComments, event: AfterwordEvents[Name]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The attributes of the element in markup. */
export interface Attributes {
  "data-api"?: string;
  "data-backend"?: Options["backend"];
  "data-site"?: string;
  "data-page-id"?: string;
  "data-page-title"?: string;
  "data-sso-token"?: string;
  "data-theme"?: Theme;
  "data-lang"?: string;
  "data-sort"?: Options["sort"];
  "data-page-size"?: number | string;
  "data-max-depth"?: number | string;
  "data-loading"?: Options["loading"];
  "data-hydrate"?: "idle";
  "data-render"?: "client";
  "data-refresh"?: "no";
  "data-live"?: "off";
  "data-avatars"?: string;
  "data-replies"?: string;
  "data-status"?: string;
  "data-post"?: string;
  "data-topic"?: string;
  "data-src"?: string;
  "data-mapping"?: string;
  "data-post-id"?: number | string;
  "data-slug"?: string;
  "data-url"?: string;
  "data-zone"?: string;
  "data-article"?: string;
}

/** Something, now or later. */
type Soon<T> = T | Promise<T>;

/** A comment as a backend tells it. Everything is checked, and HTML is cleaned. */
export interface BackendComment {
  id: string | number;
  /** Id of the comment that it answers. */
  parent?: string | number | null;
  /** Number in the thread. */
  number?: number;
  /** Plain text. */
  author?: string | null;
  website?: string | null;
  created?: Date | number | string;
  edited?: Date | number | string | null;
  html: string;
  /** `published` when absent. */
  status?: "published" | "pending" | "deleted";
  up?: number;
  down?: number;
  /** Where it was written, if it is answered there. */
  origin?: Origin;
}

/** Where a conversation takes place. */
export interface Origin {
  name: string;
  url: string;
}

/** What is said of a thread beside its comments. */
export interface BackendThread {
  total?: number;
  rootCount?: number;
  votes?: "none" | "up" | "both";
  limits?: { textBytes?: number; authorBytes?: number; editSeconds?: number; undoSeconds?: number };
  /** The words of docs/protocol.md, "What a backend does". */
  offers?: string[];
  /** Whether there are comments that could not be told. */
  incomplete?: boolean;
  origin?: Origin;
}

/** A thread as a whole, in any order; it is sorted and shown in portions by the widget. */
export interface WholeThread extends BackendThread {
  comments: BackendComment[];
}

/** A portion of a thread, where the backend has portions. */
export interface ThreadPortion extends BackendThread {
  branches: {
    root: BackendComment;
    replies?: BackendComment[];
    replyCount?: number;
    next?: string | number | null;
  }[];
  next?: string | number | null;
}

/** A comment that is to be posted. */
export interface Posting {
  text: string;
  parent?: string;
  author?: string;
  website?: string;
  email?: string;
  /** The same whenever the same comment is sent again. */
  key: string;
  page: string;
  site?: string;
  title?: string;
  url?: string;
}

/** What a backend throws where its server refuses: `Object.assign(new Error(), { name: "Refusal", status: 403 })`. */
export interface Refusal extends Error {
  name: "Refusal";
  /** The HTTP status of the answer. */
  status?: number;
  /** One of the problems of docs/protocol.md, as `urn:afterword:problem:rate-limited`. */
  type?: string;
  /** The bound that was passed, or the seconds to wait. */
  limit?: number;
}

/** A backend of one's own. What isn't offered isn't called. */
export interface Backend {
  /** What it does from the beginning; `list` may tell others. */
  offers: string | string[];
  list(query: {
    sort: "newest" | "oldest" | "top" | "discussed";
    limit: number;
    cursor?: string;
  }): Soon<WholeThread | ThreadPortion>;
  replies?(query: {
    root: string;
    cursor: string;
  }): Soon<{ replies: BackendComment[]; next?: string | number | null }>;
  find?(query: { id: string }): Soon<{ comment: BackendComment; ancestors?: BackendComment[] } | undefined>;
  source?(query: { id: string; token: string }): Soon<string>;
  create?(comment: Posting): Soon<{ comment: BackendComment; token?: string }>;
  edit?(change: { id: string; token: string; text: string }): Soon<BackendComment>;
  remove?(query: { id: string; token: string }): Soon<BackendComment | void>;
  restore?(query: { id: string; token: string }): Soon<BackendComment>;
  think?(thought: {
    id: string;
    vote?: "up" | "down";
    before?: "up" | "down";
  }): Soon<{ up?: number; down?: number }>;
  preview?(draft: { text: string }): Soon<string>;
  /** What proves to be the author of a comment of this browser's own, whose answer was lost. */
  token?(query: { id: string }): Soon<string | undefined>;
  /** How many comments pages have, in the order of their keys; for `count.js`. */
  counts?(query: { pages: string[] }): Soon<(number | undefined)[]>;
  user?(): string | undefined;
  login?(): Soon<void>;
  logout?(): Soon<void>;
}

/** A backend, or what makes one of the settings of an element. */
export type BackendSource = Backend | ((options: Options & { host: HTMLElement }) => Soon<Backend>);

/**
 * Has elements with `data-backend="NAME"` speak with that backend. May be called before or after they
 * are there. Pages without this package have it as `Afterword.registerBackend` of `register.js`.
 */
export function registerBackend(name: string, backend: BackendSource): void;

/**
 * Defines <afterword-comments>, once, by the loader of that server. Does nothing where there is no
 * document. The promise is refused when the loader doesn't come; call it again to try again.
 */
export function define(api: string): Promise<void>;

/**
 * Puts an element with the comments into another one, or into what a selector finds, and gives it
 * back. Its methods are there when `define(api)` is done, its events at once.
 */
export function mount(where: Element | string, options: Options & { api: string }): AfterwordComments;

declare global {
  /** What `register.js` defines. */
  var Afterword: { registerBackend(name: string, backend: BackendSource): void } | undefined;
  interface HTMLElementTagNameMap {
    "afterword-comments": AfterwordComments;
  }
  interface DocumentEventMap extends AfterwordEvents {}
}
