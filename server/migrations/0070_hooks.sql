-- What has happened that somebody may wish to be told of. By triggers, so that no statement can forget
-- it. A row is here until it is told, or nobody wishes to be.
CREATE TABLE happening (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    event      TEXT    NOT NULL CHECK (event IN ('new', 'held', 'reported', 'deleted')),
    comment_id TEXT    NOT NULL,
    -- Whose report it is: what `report` has for its client.
    client     BLOB
) STRICT;

CREATE TRIGGER happened_inserted AFTER INSERT ON comment
WHEN NEW.verdict IN ('published', 'pending', 'spam') BEGIN
    INSERT INTO happening (event, comment_id)
        VALUES (CASE NEW.verdict WHEN 'published' THEN 'new' ELSE 'held' END, NEW.id);
END;

-- What readers see again is new; what they no longer see is held, or deleted.
CREATE TRIGGER happened_decided AFTER UPDATE OF verdict ON comment
WHEN NEW.verdict <> OLD.verdict AND (NEW.verdict = 'published' OR OLD.verdict = 'published') BEGIN
    INSERT INTO happening (event, comment_id) VALUES (
        CASE
            WHEN NEW.verdict = 'published' THEN 'new'
            WHEN NEW.verdict IN ('pending', 'spam') THEN 'held'
            ELSE 'deleted'
        END,
        NEW.id
    );
END;

CREATE TRIGGER happened_reported AFTER INSERT ON report BEGIN
    INSERT INTO happening (event, comment_id, client)
        VALUES ('reported', NEW.comment_id, NEW.client);
END;

-- Requests to be sent to those who wish to be told. Times are milliseconds since 1970 in UTC.
CREATE TABLE delivery (
    -- What its receiver knows it by, however often it is sent.
    id         TEXT    NOT NULL PRIMARY KEY,
    site       TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    event      TEXT    NOT NULL,
    comment_id TEXT    NOT NULL,
    -- JSON, as it is sent. Empty when it was taken.
    body       TEXT    NOT NULL,
    -- waiting: it will be sent at `due`; sent: it was taken; dead: nobody took it.
    state      TEXT    NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
    due        INTEGER NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    -- Why the last try failed.
    error      TEXT,
    created    INTEGER NOT NULL,
    ended      INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (due) WHERE state = 'waiting';
CREATE INDEX delivery_site ON delivery (site, id);
CREATE INDEX delivery_comment ON delivery (comment_id);
CREATE INDEX delivery_ended ON delivery (ended) WHERE state <> 'waiting';
