-- Times are milliseconds since 1970-01-01 UTC. Ids are ULIDs: they sort by time as text.

CREATE TABLE page (
    id            INTEGER PRIMARY KEY,
    site          TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    title         TEXT,
    url           TEXT,
    -- Published comments, so that a count is one row's reading.
    comment_count INTEGER NOT NULL DEFAULT 0 CHECK (comment_count >= 0),
    -- The number of the latest comment: numbers are never reused.
    last_number   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site, key)
) STRICT;

CREATE TABLE comment (
    id         TEXT    NOT NULL PRIMARY KEY,
    page_id    INTEGER NOT NULL REFERENCES page (id),
    -- The comment at the top of the branch; a root names itself.
    root_id    TEXT    NOT NULL REFERENCES comment (id),
    parent_id  TEXT             REFERENCES comment (id),
    depth      INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    author     TEXT,
    -- As it was typed, and as it is shown.
    text       TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    edited     INTEGER,
    -- published: everybody sees it; deleted: a tombstone above its replies; gone: nobody sees it.
    state      TEXT    NOT NULL CHECK (state IN ('published', 'deleted', 'gone')),
    -- SHA-256 of the edit token; empty once it opens nothing any more.
    token_hash BLOB    NOT NULL,
    UNIQUE (page_id, number),
    CHECK ((parent_id IS NULL) = (depth = 0)),
    CHECK ((parent_id IS NULL) = (root_id = id))
) STRICT;

CREATE INDEX comment_root ON comment (page_id, id) WHERE parent_id IS NULL AND state <> 'gone';
CREATE INDEX comment_reply ON comment (root_id, id) WHERE parent_id IS NOT NULL AND state <> 'gone';
CREATE INDEX comment_child ON comment (parent_id) WHERE parent_id IS NOT NULL AND state <> 'gone';

-- What makes a create safe to repeat. Key and body are SHA-256.
CREATE TABLE idempotency (
    key_hash   BLOB    NOT NULL PRIMARY KEY,
    body_hash  BLOB    NOT NULL,
    comment_id TEXT    NOT NULL REFERENCES comment (id),
    created    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency (created);

-- Random values that this database was born with.
CREATE TABLE secret (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
