-- Mail. Times are milliseconds since 1970 in UTC.

-- Addresses of readers who wish to hear of answers: apart from their comments, and gone as soon as
-- no comment needs them any more. A number is never used again: links in old mails have it.
CREATE TABLE address (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    email     TEXT    NOT NULL UNIQUE,
    -- The language that its reader writes in.
    language  TEXT    NOT NULL,
    created   INTEGER NOT NULL,
    -- When its owner was last asked whether it is theirs, and when they said so.
    asked     INTEGER,
    confirmed INTEGER
) STRICT;

CREATE INDEX address_unconfirmed ON address (created) WHERE confirmed IS NULL;

-- The author of a comment wishes to hear of answers to it.
CREATE TABLE subscription (
    comment_id TEXT    NOT NULL PRIMARY KEY REFERENCES comment (id),
    address_id INTEGER NOT NULL REFERENCES address (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscription_address ON subscription (address_id);

CREATE TRIGGER subscription_removed AFTER DELETE ON subscription
WHEN NOT EXISTS (SELECT 1 FROM subscription WHERE address_id = OLD.address_id) BEGIN
    DELETE FROM address WHERE id = OLD.address_id;
END;

-- Addresses that are never to be written to again, as keyed hashes.
CREATE TABLE address_refused (
    hash    BLOB    NOT NULL PRIMARY KEY,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Answers that somebody wishes to hear of, once each: whatever becomes of a comment, and however often
-- it is published, there is one mail about it. By triggers, so that no statement can forget it.
CREATE TABLE answer (
    comment_id TEXT    NOT NULL PRIMARY KEY REFERENCES comment (id),
    created    INTEGER NOT NULL,
    -- When a mail about it was written.
    told       INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX answer_untold ON answer (created) WHERE told IS NULL;

CREATE TRIGGER comment_inserted_answer AFTER INSERT ON comment
WHEN NEW.parent_id IS NOT NULL AND NEW.state = 'published' BEGIN
    INSERT INTO answer (comment_id, created) SELECT NEW.id, NEW.created
        WHERE EXISTS (SELECT 1 FROM subscription WHERE comment_id = NEW.parent_id);
END;

CREATE TRIGGER comment_published_answer AFTER UPDATE OF state ON comment
WHEN NEW.parent_id IS NOT NULL AND NEW.state = 'published' AND OLD.state <> 'published' BEGIN
    INSERT INTO answer (comment_id, created) SELECT NEW.id, NEW.created
        WHERE EXISTS (SELECT 1 FROM subscription WHERE comment_id = NEW.parent_id)
        AND NOT EXISTS (SELECT 1 FROM answer WHERE comment_id = NEW.id);
END;

-- Mails to be sent. What they say is read from the other tables when that happens.
CREATE TABLE mail (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What has happened: of that there is one mail.
    key     TEXT    NOT NULL UNIQUE,
    -- Which letter, and about what: JSON, with ids alone.
    letter  TEXT    NOT NULL,
    -- waiting: it will be sent at `due`; sent; needless: there was nothing left to tell; dead: it
    -- could not be sent.
    state   TEXT    NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'sent', 'needless', 'dead')),
    due     INTEGER NOT NULL,
    tries   INTEGER NOT NULL DEFAULT 0,
    -- Why the last try failed, without the address.
    error   TEXT,
    created INTEGER NOT NULL,
    ended   INTEGER
) STRICT;

CREATE INDEX mail_due ON mail (due) WHERE state = 'waiting';
CREATE INDEX mail_ended ON mail (ended) WHERE state <> 'waiting';
