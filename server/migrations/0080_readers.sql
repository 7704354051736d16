-- Readers who have signed in on a site, and what they hold of it.
CREATE TABLE reader (
    id       INTEGER PRIMARY KEY,
    site     TEXT    NOT NULL,
    -- Who vouches for them: 'sso' is the site itself, 'email' the address, else an OpenID provider's address.
    issuer   TEXT    NOT NULL,
    -- What they are there, for good.
    subject  TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    email    TEXT,
    -- What stands beside their name.
    badge    TEXT,
    -- Whether the site takes them for somebody whom it knows.
    verified INTEGER NOT NULL DEFAULT 0,
    created  INTEGER NOT NULL,
    UNIQUE (site, issuer, subject)
) STRICT;

CREATE TABLE reader_session (
    -- SHA-256 of the token.
    token_hash BLOB    NOT NULL PRIMARY KEY,
    reader_id  INTEGER NOT NULL REFERENCES reader (id) ON DELETE CASCADE,
    -- The origin of the pages that it was given to; empty for a program's.
    origin     TEXT    NOT NULL,
    expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX reader_session_age ON reader_session (expires);
CREATE INDEX reader_session_reader ON reader_session (reader_id);

ALTER TABLE comment ADD COLUMN reader_id INTEGER REFERENCES reader (id) ON DELETE SET NULL;
ALTER TABLE comment ADD COLUMN badge TEXT;
CREATE INDEX comment_reader ON comment (reader_id) WHERE reader_id IS NOT NULL;
