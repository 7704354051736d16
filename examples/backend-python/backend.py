#!/usr/bin/env python3
"""A backend for Afterword's widget, written from docs/protocol.md alone.

It needs Python 3.9 or later and nothing else: http.server for HTTP, sqlite3 for the comments. It does
what every backend must do, and says in its lists (`offers`, `limits`, `votes`) what it doesn't: no votes
and reactions, no search, no history, no reports, no transfers, no images, no live changes.

    python3 backend.py --database comments.sqlite --origins https://www.example.org

The first line of standard output says where it listens: port 0 lets the system choose.
"""

import argparse
import collections
import hashlib
import hmac
import html
import json
import re
import secrets
import sqlite3
import sys
import threading
import time
import traceback
import unicodedata
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

API = "/api/v1"
# What a client may send with a comment to a backend that has /challenge, and what nothing is made of here.
UNUSED = {"person", "proof", "trap"}
OFFERS = ["post", "reply", "name", "website", "edit", "delete", "preview"]
OFFERS += ["newest", "oldest", "top", "discussed"]
LIMITS = {"text_bytes": 10_000, "author_bytes": 100, "edit_seconds": 86_400, "undo_seconds": 0}
NESTING, LINKS, DEPTH = 8, 10, 100
BODY_BYTES = LIMITS["text_bytes"] * 6 + 16 * 1024
DAY = 24 * 60 * 60

# ---------------------------------------------------------------- refusals

PROBLEMS = {
    "invalid-request": (400, "The request is not of the right form"),
    "idempotency-key-invalid": (400, "The idempotency key is not of the right form"),
    "token-invalid": (403, "The edit token is not this comment's"),
    "edit-window-closed": (403, "This comment can no longer be changed"),
    "origin-not-allowed": (403, "Comments can't be sent from this page"),
    "not-found": (404, "There is no such comment"),
    "site-unknown": (404, "There is no such site"),
    "no-such-call": (404, "There is nothing at this address"),
    "method-not-allowed": (405, "This address does not take that method"),
    "body-too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "The request is not JSON"),
    "text-empty": (422, "The comment is empty"),
    "text-too-long": (422, "The comment is too long"),
    "text-invalid": (422, "The comment holds characters that can't be shown"),
    "text-too-nested": (422, "The comment is nested too deeply"),
    "too-many-links": (422, "The comment has too many links"),
    "author-too-long": (422, "The name is too long"),
    "author-invalid": (422, "The name holds characters that a name can't have"),
    "website-invalid": (422, "The website's address can't be used"),
    "page-invalid": (422, "The page key is not of the right form"),
    "parent-not-found": (422, "The comment that this one answers is not there"),
    "too-deep": (422, "This conversation can't go any deeper"),
    "idempotency-key-reused": (422, "The idempotency key belongs to another request"),
    "rate-limited": (429, "Too many requests"),
    "internal": (500, "The server failed"),
}


class Problem(Exception):
    """A refusal, which becomes a problem document (RFC 9457)."""

    def __init__(self, kind, detail=None, limit=None, **headers):
        super().__init__(kind)
        self.status, title = PROBLEMS[kind]
        self.document = {"type": "urn:afterword:problem:" + kind, "title": title, "status": self.status}
        if detail is not None:
            self.document["detail"] = detail
        if limit is not None:
            self.document["limit"] = limit
        self.headers = headers


# ---------------------------------------------------------------- texts

LINK = r"(?:https?://|mailto:)[^\s<>\"'`\\^{}|]+"
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    rf"|\[(?P<label>[^\[\]\n]+)\]\((?P<href>{LINK}?)\)"
    rf"|(?P<bare>{LINK})"
    r"|\*\*(?P<strong>[^*\n]+(?:\*[^*\n]+\*[^*\n]*)*)\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s](?:[^*\n]*[^*\s])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<low>[^_\s](?:[^_\n]*[^_\s])?)_(?![\w_])"
)
REL = "nofollow ugc noopener noreferrer"


class Markdown:
    """Paragraphs, quotations, code, emphasis and links: everything else is shown as it was typed.

    Nothing of a text reaches the HTML but through `html.escape`, and no element and no attribute but
    those written here.
    """

    def __init__(self):
        self.links = 0

    def link(self, href, label):
        self.links += 1
        if self.links > LINKS:
            raise Problem("too-many-links", limit=LINKS)
        return f'<a href="{html.escape(href)}" rel="{REL}">{label}</a>'

    def inline(self, text, in_link=False):
        out, at = [], 0
        for found in INLINE.finditer(text):
            out.append(html.escape(text[at:found.start()]))
            at = found.end()
            kind, inner = found.lastgroup, found[found.lastgroup]
            if kind == "code":
                out.append(f"<code>{html.escape(inner)}</code>")
            elif kind in ("strong", "em", "low"):
                element = "strong" if kind == "strong" else "em"
                out.append(f"<{element}>{self.inline(inner, in_link)}</{element}>")
            elif in_link:
                out.append(html.escape(found[0]))
            elif kind == "href":
                out.append(self.link(inner, self.inline(found["label"], in_link=True)))
            else:
                # What ends a sentence is no part of an address.
                href = inner.rstrip(".,:;!?)*")
                out.append(self.link(href, html.escape(href)) + html.escape(inner[len(href):]))
        out.append(html.escape(text[at:]))
        return "".join(out).replace("\n", "<br>\n")

    def blocks(self, lines, depth=0):
        if depth > NESTING:
            raise Problem("text-too-nested", limit=NESTING)
        out, at = [], 0
        while at < len(lines):
            line, begin = lines[at], at
            if not line.strip():
                at += 1
            elif line.startswith("```"):
                at += 1
                while at < len(lines) and not lines[at].startswith("```"):
                    at += 1
                code = "".join(f"{it}\n" for it in lines[begin + 1:at])
                name = re.match(r"```\s*([\w+#.-]*)", line)[1]
                of = f' class="language-{html.escape(name)}"' if name else ""
                out.append(f"<pre><code{of}>{html.escape(code)}</code></pre>\n")
                at += 1
            elif line.startswith(">"):
                while at < len(lines) and lines[at].startswith(">"):
                    at += 1
                quoted = [re.sub(r"^> ?", "", it) for it in lines[begin:at]]
                out.append(f"<blockquote>\n{self.blocks(quoted, depth + 1)}</blockquote>\n")
            else:
                while at < len(lines) and lines[at].strip() and not lines[at].startswith((">", "```")):
                    at += 1
                text = "\n".join(it.strip() for it in lines[begin:at])
                out.append(f"<p>{self.inline(text)}</p>\n")
        return "".join(out)


def render(text):
    """The HTML of a text that is taken."""
    if len(text.encode()) > LIMITS["text_bytes"]:
        raise Problem("text-too-long", limit=LIMITS["text_bytes"])
    if any(unicodedata.category(it) == "Cc" and it not in "\n\r\t" for it in text):
        raise Problem("text-invalid")
    if not text.strip():
        raise Problem("text-empty")
    return Markdown().blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


# Joiners are for emoji and for names in Persian and Hindi.
JOINERS = "\u200c\u200d"


def checked_author(author):
    author = (author or "").strip()
    if len(author.encode()) > LIMITS["author_bytes"]:
        raise Problem("author-too-long", limit=LIMITS["author_bytes"])
    hidden = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
    if any(unicodedata.category(it) in hidden and it not in JOINERS for it in author):
        raise Problem("author-invalid")
    return author or None


def checked_website(website):
    website = (website or "").strip()
    if not website:
        return None
    if not re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", website, re.I):
        website = "https://" + website
    try:
        parts = urlsplit(website)
        is_right = parts.scheme in ("http", "https") and parts.hostname and not parts.password
    except ValueError:
        is_right = False
    is_plain = all(it.isprintable() and it not in " \"<>\\" for it in website)
    if not is_right or not is_plain or len(website.encode()) > 256:
        raise Problem("website-invalid")
    return website


def checked_page(page):
    if not 1 <= len(page.encode()) <= 1024 or any(unicodedata.category(it) == "Cc" for it in page):
        raise Problem("page-invalid")
    return page


def checked_site(site):
    # There is one, and it has no name.
    if site:
        raise Problem("site-unknown", f"there is no site {site!r}")


# ---------------------------------------------------------------- comments

SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, last_number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS comment (
    id TEXT PRIMARY KEY, page TEXT NOT NULL, number INTEGER NOT NULL, depth INTEGER NOT NULL,
    parent TEXT, root TEXT NOT NULL, author TEXT, website TEXT, text TEXT NOT NULL, html TEXT NOT NULL,
    created TEXT NOT NULL, edited TEXT, status TEXT NOT NULL, token BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS by_page ON comment (page, id);
CREATE INDEX IF NOT EXISTS by_root ON comment (root, id);
CREATE INDEX IF NOT EXISTS by_parent ON comment (parent);
CREATE TABLE IF NOT EXISTS posted (key BLOB PRIMARY KEY, body BLOB NOT NULL, id TEXT NOT NULL, at REAL NOT NULL);
"""


def digest(text):
    return hashlib.sha256(text.encode()).digest()


class Store:
    """The database. One connection and one lock: a comment server has more patience than readers."""

    def __init__(self, file):
        self.lock = threading.Lock()
        self.db = sqlite3.connect(file, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.executescript("PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON;" + SCHEMA)
        if not self.one("SELECT value FROM secret"):
            self.db.execute("INSERT INTO secret VALUES (?)", [secrets.token_bytes(32)])
            self.db.commit()
        self.secret = self.one("SELECT value FROM secret")["value"]
        last = self.one("SELECT max(id) AS id FROM comment")["id"]
        self.last_id = int(last[:14], 16) if last else 0

    def __enter__(self):
        self.lock.acquire()

    def __exit__(self, kind, error, trace):
        try:
            if kind:
                self.db.rollback()
            else:
                self.db.commit()
        finally:
            self.lock.release()

    def one(self, sql, *values):
        return self.db.execute(sql, values).fetchone()

    def all(self, sql, *values):
        return self.db.execute(sql, values).fetchall()

    def new_id(self):
        # By microseconds, and never twice the same: ids sort by time.
        self.last_id = max(self.last_id + 1, time.time_ns() // 1000)
        return f"{self.last_id:014x}{secrets.token_hex(4)}"

    def found(self, comment_id):
        row = self.one("SELECT * FROM comment WHERE id = ?", comment_id)
        if not row:
            raise Problem("not-found")
        return row

    def owned(self, comment_id, token):
        """A comment that stands, if that is its token and its author may still change it."""
        row = self.found(comment_id)
        if row["status"] != "published":
            raise Problem("not-found")
        if not token or not hmac.compare_digest(digest(token), row["token"]):
            raise Problem("token-invalid")
        age = datetime.now(timezone.utc) - datetime.fromisoformat(row["created"].replace("Z", "+00:00"))
        if age.total_seconds() > LIMITS["edit_seconds"]:
            raise Problem("edit-window-closed", limit=LIMITS["edit_seconds"])
        return row


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(row):
    """A comment as readers see it: what is absent is left out."""
    fields = ("id", "number", "parent", "author", "website", "created", "edited", "html", "status")
    return {name: row[name] for name in fields if row[name] is not None}


def portion(rows, limit, cursor_of):
    """The rows of a portion, of which one too many was asked for, and the cursor of the next."""
    return rows[:limit], cursor_of(rows[limit - 1]) if len(rows) > limit else None


def replies_after(store, root, after, limit):
    sql = "SELECT * FROM comment WHERE root = ? AND parent IS NOT NULL AND id > ? ORDER BY id LIMIT ?"
    rows, cursor = portion(store.all(sql, root, after, limit + 1), limit, lambda row: row["id"])
    answer = {"replies": [shown(row) for row in rows]}
    return dict(answer, next=cursor) if cursor else answer


# ---------------------------------------------------------------- calls

REPLIES = "(SELECT count(*) FROM comment AS reply WHERE reply.root = comment.id AND reply.parent IS NOT NULL)"


def list_comments(ask, store):
    query = ask.query({"page", "site", "sort", "limit", "replies", "cursor"})
    page = ask.page(query)
    limit, replies = number(query, "limit", 200, 20), number(query, "replies", 500, 50)
    sort, cursor = query.get("sort", "newest"), checked_cursor(query)
    if sort not in ("newest", "oldest", "top", "discussed"):
        raise Problem("invalid-request", f"there is no order {sort!r}")
    rank, order, is_after, place = "0", "id DESC", "id < :id", (0, cursor or "~")
    if sort == "oldest":
        order, is_after, place = "id", "id > :id", (0, cursor or "")
    elif sort == "discussed":
        rank, order, is_after = REPLIES, "rank DESC, id DESC", "(rank, id) < (:rank, :id)"
        place = (sys.maxsize, "~")
        if cursor:
            count, _, after = cursor.partition("-")
            if not count.isdecimal() or len(count) > 9:
                raise Problem("invalid-request", "cursor is not one that was given out")
            place = (int(count), after)
    # Without votes, `top` is the order of its equals: the latest first.
    sql = f"""SELECT * FROM (SELECT *, {rank} AS rank, {REPLIES} AS replies FROM comment
              WHERE page = :page AND parent IS NULL) WHERE {is_after} ORDER BY {order} LIMIT :limit"""
    values = {"page": page, "rank": place[0], "id": place[1], "limit": limit + 1}
    rows = store.db.execute(sql, values).fetchall()
    as_cursor = (lambda row: f"{row['rank']}-{row['id']}") if sort == "discussed" else (lambda row: row["id"])
    rows, cursor_next = portion(rows, limit, as_cursor)
    branches = []
    for row in rows:
        branch = {"root": shown(row), "reply_count": row["replies"]}
        branches.append(dict(branch, **replies_after(store, row["id"], "", replies)))
    answer = {"branches": branches, "total": total(store, page), "limits": LIMITS, "offers": OFFERS}
    if cursor_next:
        answer["next"] = cursor_next
        if not cursor:
            sql = "SELECT count(*) AS n FROM comment WHERE page = ? AND parent IS NULL"
            answer["root_count"] = store.one(sql, page)["n"]
    return 200, answer


def total(store, page):
    sql = "SELECT count(*) AS n FROM comment WHERE page = ? AND status = 'published'"
    return store.one(sql, page)["n"]


def list_replies(ask, store, comment_id):
    query = ask.query({"limit", "cursor"})
    limit, cursor = number(query, "limit", 500, 50), checked_cursor(query)
    if store.found(comment_id)["parent"]:
        raise Problem("not-found")
    return 200, replies_after(store, comment_id, cursor or "", limit)


def show_comment(ask, store, comment_id):
    ask.query(set())
    row = store.found(comment_id)
    ancestors, parent = [], row["parent"]
    while parent:
        ancestors.insert(0, store.found(parent))
        parent = ancestors[0]["parent"]
    answer = {"comment": shown(row), "text": row["text"], "page": row["page"]}
    return 200, dict(answer, ancestors=[shown(it) for it in ancestors])


def create_comment(ask, store):
    body = ask.json({"page", "text"}, {"site", "title", "url", "parent", "author", "website", *UNUSED})
    # Who sends a comment again may prove it anew.
    for name in UNUSED:
        body.pop(name, None)
    key = ask.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(r"[!-~]{16,128}", key):
        raise Problem("idempotency-key-invalid")
    checked_site(body.get("site"))
    page, markup = checked_page(body["page"]), render(body["text"])
    author, website = checked_author(body.get("author")), checked_website(body.get("website"))
    # The token is made of the key, so that it can be told again although it is not kept.
    token = secrets.token_urlsafe(32)
    if key is not None:
        token = hmac.new(store.secret, key.encode(), hashlib.sha256).hexdigest()
        same = digest(json.dumps(body, sort_keys=True))
        store.db.execute("DELETE FROM posted WHERE at < ?", [time.time() - DAY])
        before = store.one("SELECT * FROM posted WHERE key = ?", digest(key))
        if before:
            if before["body"] != same:
                raise Problem("idempotency-key-reused")
            row = store.found(before["id"])
            if row["status"] != "published":
                raise Problem("not-found")
            return 201, {"comment": shown(row), "edit_token": token}, {"Location": location(row)}
    comment_id, depth, root = store.new_id(), 0, None
    parent = body.get("parent")
    if parent is not None:
        sql = "SELECT * FROM comment WHERE id = ? AND page = ? AND status = 'published'"
        above = store.one(sql, parent, page)
        if not above:
            raise Problem("parent-not-found")
        depth, root = above["depth"] + 1, above["root"]
        if depth > DEPTH:
            raise Problem("too-deep", limit=DEPTH)
    store.db.execute(
        "INSERT INTO page VALUES (?, 1) ON CONFLICT DO UPDATE SET last_number = last_number + 1", [page]
    )
    count = store.one("SELECT last_number FROM page WHERE key = ?", page)["last_number"]
    values = [comment_id, page, count, depth, parent, root or comment_id, author, author and website]
    values += [body["text"], markup, now(), None, "published", digest(token)]
    store.db.execute("INSERT INTO comment VALUES (" + ", ".join("?" * len(values)) + ")", values)
    if key is not None:
        store.db.execute("INSERT INTO posted VALUES (?, ?, ?, ?)", [digest(key), same, comment_id, time.time()])
    row = store.found(comment_id)
    return 201, {"comment": shown(row), "edit_token": token}, {"Location": location(row)}


def location(row):
    return f"{API}/comments/{row['id']}"


def edit_comment(ask, store, comment_id):
    body = ask.json({"text"}, set())
    row = store.owned(comment_id, ask.bearer())
    markup = render(body["text"])
    if body["text"] != row["text"]:
        sql = "UPDATE comment SET text = ?, html = ?, edited = ? WHERE id = ?"
        store.db.execute(sql, [body["text"], markup, now(), comment_id])
    return 200, shown(store.found(comment_id))


def delete_comment(ask, store, comment_id):
    row = store.owned(comment_id, ask.bearer())
    if store.one("SELECT 1 FROM comment WHERE parent = ?", comment_id):
        store.db.execute(
            "UPDATE comment SET status = 'deleted', text = '', html = '', author = NULL, website = NULL,"
            " edited = NULL, token = x'' WHERE id = ?", [comment_id]
        )
        return 200, {"tombstone": shown(store.found(comment_id))}
    # With it go the tombstones that held a place for it alone.
    while row:
        store.db.execute("DELETE FROM comment WHERE id = ?", [row["id"]])
        row = store.one(
            "SELECT * FROM comment WHERE id = ? AND status = 'deleted'"
            " AND NOT EXISTS (SELECT 1 FROM comment AS reply WHERE reply.parent = comment.id)", row["parent"]
        )
    return 200, {}


def preview(ask, _):
    return 200, {"html": render(ask.json({"text"}, set())["text"])}


def counts(ask, store):
    pages, sites = [], []
    for name, value in ask.pairs():
        if name not in ("page", "site"):
            raise Problem("invalid-request", f"there is no parameter {name}")
        (pages if name == "page" else sites).append(value)
    for site in sites:
        checked_site(site)
    if not 1 <= len(pages) <= 100:
        raise Problem("invalid-request", "page can be there 1 to 100 times")
    pages = [checked_page(page) for page in pages]
    return 200, {"counts": [{"page": page, "count": total(store, page)} for page in pages]}


def challenge(ask, store):
    """No proof of work is wanted."""
    return 204, None


ID = r"/([^/]+)"
CALLS = [
    (r"/comments", {"GET": list_comments, "POST": create_comment}),
    (rf"/comments{ID}", {"GET": show_comment, "PATCH": edit_comment, "DELETE": delete_comment}),
    (rf"/comments{ID}/replies", {"GET": list_replies}),
    (r"/challenge", {"GET": challenge}),
    (r"/preview", {"POST": preview}),
    (r"/counts", {"GET": counts}),
]


def number(query, name, most, default):
    value = query.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= most:
        raise Problem("invalid-request", f"{name} can be 1 to {most}")
    return int(value)


def checked_cursor(query):
    cursor = query.get("cursor")
    if cursor is not None and not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", cursor):
        raise Problem("invalid-request", "cursor is not one that was given out")
    return cursor


# ---------------------------------------------------------------- HTTP

class Limiter:
    """How much each client has sent in the last minute."""

    def __init__(self, per_minute):
        self.per_minute = per_minute
        self.lock = threading.Lock()
        self.seen = collections.defaultdict(collections.deque)

    def admit(self, client):
        if not self.per_minute:
            return
        with self.lock:
            moment = time.monotonic()
            if len(self.seen) > 10_000:
                self.seen.clear()
            times = self.seen[client]
            while times and times[0] < moment - 60:
                times.popleft()
            if len(times) >= self.per_minute:
                wait = int(times[0] + 60 - moment) + 1
                raise Problem("rate-limited", limit=wait, **{"Retry-After": str(wait)})
            times.append(moment)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "afterword-example"
    timeout = 30
    # Headers and body are written apart; the one is not to wait for the other's receipt.
    disable_nagle_algorithm = True

    def query(self, known):
        """The parameters, each of them once and known."""
        query = {}
        for name, value in self.pairs():
            if name not in known or name in query:
                raise Problem("invalid-request", f"{name} is unknown, or there twice")
            query[name] = value
        return query

    def pairs(self):
        try:
            return parse_qsl(urlsplit(self.path).query, keep_blank_values=True, errors="strict")
        except ValueError:
            raise Problem("invalid-request", "the query is not UTF-8") from None

    def page(self, query):
        checked_site(query.get("site"))
        if "page" not in query:
            raise Problem("invalid-request", "page is missing")
        return checked_page(query["page"])

    def bearer(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else None

    def json(self, needed, possible):
        """The fields of a body: all of them texts, `null` as absent."""
        kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            raise Problem("unsupported-media-type")
        try:
            # A lone surrogate is JSON, and no text.
            fields = json.loads(self.body.decode())
            json.dumps(fields, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise Problem("invalid-request", "the body is not JSON in UTF-8") from None
        if not isinstance(fields, dict):
            raise Problem("invalid-request", "the body is no object")
        fields = {name: value for name, value in fields.items() if value is not None}
        for name, value in fields.items():
            if name not in needed | possible:
                raise Problem("invalid-request", f"there is no field {name}")
            if not isinstance(value, str):
                raise Problem("invalid-request", f"{name} is no text")
        for name in needed - set(fields):
            raise Problem("invalid-request", f"{name} is missing")
        return fields

    def read_body(self):
        """What was sent; of what is too large all is read, for its sender to hear so."""
        if "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Problem("invalid-request", "the body has no Content-Length")
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or len(length) > 12:
            self.close_connection = True
            raise Problem("invalid-request", "Content-Length is no number")
        left, chunks = int(length), []
        is_large = left > BODY_BYTES
        if left > 16 * 1024 * 1024:
            self.close_connection = True
            left = 0
        while left:
            chunk = self.rfile.read(min(left, 64 * 1024))
            if not chunk:
                self.close_connection = True
                raise Problem("invalid-request", "the body did not arrive whole")
            left -= len(chunk)
            if not is_large:
                chunks.append(chunk)
        if is_large:
            raise Problem("body-too-large", limit=BODY_BYTES)
        self.body = b"".join(chunks)

    def check_origin(self):
        """Other sites' pages don't send anything in their readers' names."""
        origin, allowed = self.headers.get("Origin"), self.server.origins
        if origin is None or "*" in allowed or origin in allowed:
            return
        if not allowed and re.fullmatch(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", origin):
            return
        raise Problem("origin-not-allowed", f"{origin} is none of the site's origins")

    def answer(self, method):
        """What a request is answered: status, JSON, headers."""
        self.read_body()
        try:
            path = urlsplit(self.path).path
        except ValueError:
            raise Problem("no-such-call") from None
        for pattern, methods in CALLS:
            found = re.fullmatch(API + pattern, path)
            if not found:
                continue
            if method not in methods:
                allow = ", ".join(methods)
                raise Problem("method-not-allowed", Allow=allow)
            if method != "GET":
                self.check_origin()
                if not path.endswith("/preview"):
                    self.server.limiter.admit(self.client_address[0])
            with self.server.store:
                ids = [unquote(it) for it in found.groups()]
                return methods[method](self, self.server.store, *ids)
        raise Problem("no-such-call")

    def handle_call(self):
        method = "GET" if self.command == "HEAD" else self.command
        kind = "application/json"
        try:
            status, document, *more = self.answer(method)
            headers = more[0] if more else {}
        except Problem as problem:
            kind = "application/problem+json"
            status, document, headers = problem.status, problem.document, problem.headers
        except Exception:  # noqa: BLE001: whoever asks is told nothing about it, the log all
            self.log_error("%s", traceback.format_exc())
            kind, problem = "application/problem+json", Problem("internal")
            status, document, headers = problem.status, problem.document, {}
        body = json.dumps(document, ensure_ascii=False).encode()
        if document is None:
            body, kind = b"", None
        headers["Cache-Control"] = "no-store"
        if method == "GET" and status == 200:
            headers["Cache-Control"] = "no-cache"
            headers["ETag"] = etag = f'W/"{hashlib.sha256(body).hexdigest()[:22]}"'
            if etag in self.headers.get("If-None-Match", ""):
                status, body, kind = 304, b"", None
        self.reply(status, body, kind, headers)

    def do_OPTIONS(self):
        self.reply(204, b"", None, {
            "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": "Content-Type, Authorization, Idempotency-Key, If-None-Match",
            "Access-Control-Max-Age": str(DAY),
        })

    def reply(self, status, body, kind, headers):
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "ETag, Location, Retry-After")
        self.send_header("X-Content-Type-Options", "nosniff")
        if kind:
            self.send_header("Content-Type", kind)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        """Neither who asked nor for which page is anybody's affair."""

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_call


class Server(ThreadingHTTPServer):
    daemon_threads = True


def main():
    parser = argparse.ArgumentParser(description="A backend for Afterword's widget")
    parser.add_argument("--listen", default="127.0.0.1:8090", help="address and port [%(default)s]")
    parser.add_argument("--database", default="comments.sqlite", help="SQLite file [%(default)s]")
    parser.add_argument("--origins", default="", help="whose pages may send comments, with commas between;"
                        " * for all [those of this machine]")
    parser.add_argument("--writes-per-minute", type=int, default=20, help="of one client; 0: any [%(default)s]")
    options = parser.parse_args()
    host, _, port = options.listen.rpartition(":")
    if not host or not port.isdecimal():
        parser.error("--listen is an address with a port, as in 127.0.0.1:8090")
    server = Server((host, int(port)), Handler)
    server.store = Store(options.database)
    server.origins = {it.strip() for it in options.origins.split(",") if it.strip()}
    server.limiter = Limiter(options.writes_per_minute)
    print(f"listening on http://{host}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
