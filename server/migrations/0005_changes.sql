-- The author's own page, `http` or `https`.
ALTER TABLE comment ADD COLUMN website TEXT;

-- Earlier texts of comments, each from when it stood. They go with the comment.
CREATE TABLE version (
    comment_id TEXT    NOT NULL REFERENCES comment (id),
    number     INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    PRIMARY KEY (comment_id, number)
) STRICT, WITHOUT ROWID;

-- What deleted comments said, for as long as they can be restored. The comment itself is emptied at
-- once: whatever reads comments can't show this by mistake.
CREATE TABLE trash (
    comment_id TEXT    NOT NULL PRIMARY KEY REFERENCES comment (id),
    deleted    INTEGER NOT NULL,
    author     TEXT,
    website    TEXT,
    text       TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    edited     INTEGER,
    token_hash BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX trash_age ON trash (deleted);

-- What readers have against comments; once a client (a keyed hash, which changes every day).
CREATE TABLE report (
    comment_id TEXT    NOT NULL REFERENCES comment (id),
    client     BLOB    NOT NULL,
    reason     TEXT    NOT NULL CHECK (reason IN ('spam', 'abuse', 'off-topic', 'other')),
    text       TEXT    NOT NULL,
    created    INTEGER NOT NULL,
    PRIMARY KEY (comment_id, client)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_age ON report (created);
