-- Readers who have asked for a link to sign in by, and have not yet opened it.
CREATE TABLE reader_login (
    -- Never used again: links in old mails have it.
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    site        TEXT    NOT NULL,
    -- SHA-256 of what the page that waits holds.
    secret_hash BLOB    NOT NULL UNIQUE,
    -- The origin of that page; empty for a program.
    origin      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    email       TEXT    NOT NULL,
    -- The language that its reader writes in.
    language    TEXT    NOT NULL,
    -- What stands on that page and on the one that the link opens.
    number      TEXT    NOT NULL,
    expires     INTEGER NOT NULL,
    -- When the button there was pressed.
    confirmed   INTEGER
) STRICT;

CREATE INDEX reader_login_age ON reader_login (expires);
