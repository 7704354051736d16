-- What moderators did, so that it can be undone.
CREATE TABLE action (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT    NOT NULL,
    user_id TEXT,
    created INTEGER NOT NULL,
    reason  TEXT,
    -- How it was before: JSON, without what anybody wrote.
    before  TEXT    NOT NULL,
    undone  INTEGER
) STRICT;

CREATE TABLE action_comment (
    comment_id TEXT    NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
    action_id  INTEGER NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    PRIMARY KEY (comment_id, action_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX action_comment_action ON action_comment (action_id);

-- Who may not comment.
CREATE TABLE ban (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    -- '*' is all of them, which is no site's name.
    site    TEXT    NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind IN ('person', 'network', 'author', 'email')),
    -- A hash in hexadecimal, or a name in small letters.
    value   TEXT    NOT NULL,
    -- What they were called, for people.
    label   TEXT    NOT NULL,
    -- Whether they are not told.
    shadow  INTEGER NOT NULL CHECK (shadow IN (0, 1)),
    -- When it ends; never, if absent.
    until   INTEGER,
    reason  TEXT,
    user_id TEXT,
    created INTEGER NOT NULL,
    hits    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site, kind, value)
) STRICT;

CREATE INDEX ban_value ON ban (kind, value);

-- By what comments are held, refused or flagged.
CREATE TABLE rule (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    -- '*' is all of them.
    site     TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    -- What it looks for: JSON.
    test     TEXT    NOT NULL,
    action   TEXT    NOT NULL CHECK (action IN ('flag', 'hold', 'spam', 'reject')),
    enabled  INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    hits     INTEGER NOT NULL DEFAULT 0,
    last_hit INTEGER,
    created  INTEGER NOT NULL
) STRICT;

-- What was refused leaves nothing but a number: by day (since 1970), site and check.
CREATE TABLE rejected (
    day        INTEGER NOT NULL,
    site       TEXT    NOT NULL,
    check_name TEXT    NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (day, site, check_name)
) STRICT, WITHOUT ROWID;
