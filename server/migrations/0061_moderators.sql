-- What is sent to who looks after comments. Who has no row has what is usual.
CREATE TABLE moderator_mail (
    user_id  TEXT    NOT NULL PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- each: within minutes; digest: once a day at most; none.
    mode     TEXT    NOT NULL DEFAULT 'digest' CHECK (mode IN ('each', 'digest', 'none')),
    language TEXT    NOT NULL DEFAULT 'en',
    -- Number of the latest concern that they were told of, and when that was.
    told     INTEGER NOT NULL DEFAULT 0,
    sent     INTEGER
) STRICT, WITHOUT ROWID;

-- Comments that somebody has to look at. By triggers, so that no statement can forget it.
CREATE TABLE concern (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    comment_id TEXT    NOT NULL REFERENCES comment (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('held', 'reported')),
    created    INTEGER NOT NULL,
    UNIQUE (comment_id, kind)
) STRICT;

CREATE INDEX concern_age ON concern (created);

CREATE TRIGGER comment_inserted_concern AFTER INSERT ON comment WHEN NEW.verdict = 'pending' BEGIN
    INSERT INTO concern (comment_id, kind, created) VALUES (NEW.id, 'held', NEW.created);
END;

-- Held once more, as after an edit, it is another matter.
CREATE TRIGGER comment_held_concern AFTER UPDATE OF verdict ON comment
WHEN NEW.verdict = 'pending' AND OLD.verdict <> 'pending' BEGIN
    DELETE FROM concern WHERE comment_id = NEW.id AND kind = 'held';
    INSERT INTO concern (comment_id, kind, created)
        VALUES (NEW.id, 'held', max(NEW.created, coalesce(NEW.edited, 0)));
END;

-- The first of those that nobody has seen to.
CREATE TRIGGER report_inserted_concern AFTER INSERT ON report
WHEN NOT EXISTS (
    SELECT 1 FROM report
    WHERE comment_id = NEW.comment_id AND handled IS NULL AND client <> NEW.client
) BEGIN
    DELETE FROM concern WHERE comment_id = NEW.comment_id AND kind = 'reported';
    INSERT INTO concern (comment_id, kind, created)
        VALUES (NEW.comment_id, 'reported', NEW.created);
END;
