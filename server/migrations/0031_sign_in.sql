-- How users sign in besides a password.

ALTER TABLE user ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;
-- What passkeys know the user by: random, and nothing else.
ALTER TABLE user ADD COLUMN handle BLOB;

CREATE UNIQUE INDEX user_handle ON user (handle) WHERE handle IS NOT NULL;

CREATE TABLE passkey (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    TEXT    NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- What the authenticator calls it.
    credential BLOB    NOT NULL UNIQUE,
    -- What its user calls it.
    name       TEXT    NOT NULL,
    -- Its public key, and what was said of it when it was registered.
    fixed      BLOB    NOT NULL,
    -- What changes with each use: the counter among it.
    changing   BLOB    NOT NULL,
    transports INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    used       INTEGER
) STRICT;

CREATE INDEX passkey_user ON passkey (user_id);

-- Links that make somebody a user, or let a user choose a new password. Good once.
CREATE TABLE invitation (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256.
    code_hash BLOB    NOT NULL UNIQUE,
    -- Whose password it is about; none for a new user.
    user_id   TEXT             REFERENCES user (id) ON DELETE CASCADE,
    name      TEXT,
    email     TEXT             COLLATE NOCASE,
    -- JSON.
    grants    TEXT    NOT NULL,
    -- Who has invited; none for the command line. What they could not do any more, it can't either.
    by_id     TEXT             REFERENCES user (id) ON DELETE CASCADE,
    created   INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT;

CREATE INDEX invitation_user ON invitation (user_id);
CREATE INDEX invitation_by ON invitation (by_id);
