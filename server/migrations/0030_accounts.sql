-- Who looks after the comments.
CREATE TABLE user (
    id        TEXT    NOT NULL PRIMARY KEY,
    -- What they are called, and sign in with. None has an @, so that it is nobody's address.
    name      TEXT    NOT NULL COLLATE NOCASE UNIQUE CHECK (instr(name, '@') = 0),
    email     TEXT             COLLATE NOCASE UNIQUE,
    -- argon2id (a PHC string); none for who signs in by other means.
    password  TEXT,
    -- Whether they are kept out.
    disabled  INTEGER NOT NULL DEFAULT 0,
    created   INTEGER NOT NULL,
    -- When they last did.
    signed_in INTEGER
) STRICT;

-- What they are on a site; '*' is all of them, which is no site's name.
CREATE TABLE "grant" (
    user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    site    TEXT NOT NULL,
    role    TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'moderator')),
    PRIMARY KEY (user_id, site),
    CHECK (role <> 'owner' OR site = '*')
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    TEXT    NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- SHA-256.
    token_hash BLOB    NOT NULL UNIQUE,
    -- By what it was opened: password, passkey, invitation, oidc.
    means      TEXT    NOT NULL,
    -- Which browser it is, for its user's eyes.
    agent      TEXT    NOT NULL DEFAULT '',
    created    INTEGER NOT NULL,
    used       INTEGER NOT NULL,
    expires    INTEGER NOT NULL
) STRICT;

CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_end ON session (expires);

-- What was done by whom. A user's name stands here, too, so that the log outlives them.
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    created   INTEGER NOT NULL,
    user_id   TEXT,
    user_name TEXT,
    action    TEXT    NOT NULL,
    site      TEXT,
    -- What it was done to: an id, a name.
    subject   TEXT    NOT NULL,
    -- JSON.
    detail    TEXT    NOT NULL
) STRICT;

CREATE INDEX audit_site ON audit (site, id);
CREATE INDEX audit_user ON audit (user_id, id);
