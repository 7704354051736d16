-- What readers see says something else now: that may be told, too.
DROP TRIGGER happened_inserted;
DROP TRIGGER happened_decided;
DROP TRIGGER happened_reported;

CREATE TABLE happened (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    event      TEXT    NOT NULL CHECK (event IN ('new', 'edited', 'held', 'reported', 'deleted')),
    comment_id TEXT    NOT NULL,
    -- Whose report it is: what `report` has for its client.
    client     BLOB
) STRICT;
INSERT INTO happened (id, event, comment_id, client)
    SELECT id, event, comment_id, client FROM happening;
DROP TABLE happening;
ALTER TABLE happened RENAME TO happening;

CREATE TRIGGER happened_inserted AFTER INSERT ON comment
WHEN NEW.verdict IN ('published', 'pending', 'spam') BEGIN
    INSERT INTO happening (event, comment_id)
        VALUES (CASE NEW.verdict WHEN 'published' THEN 'new' ELSE 'held' END, NEW.id);
END;

-- Readers see another text, or another name with it.
CREATE TRIGGER happened_edited AFTER UPDATE OF text, author, website ON comment
WHEN NEW.verdict = 'published' AND OLD.verdict = 'published' AND (
    NEW.text <> OLD.text OR NEW.author IS NOT OLD.author OR NEW.website IS NOT OLD.website
) BEGIN
    INSERT INTO happening (event, comment_id) VALUES ('edited', NEW.id);
END;

-- Readers see again what is new; what they no longer see is held, or deleted.
CREATE TRIGGER happened_decided AFTER UPDATE OF verdict ON comment
WHEN NEW.verdict <> OLD.verdict AND (
    NEW.verdict = 'published' OR OLD.verdict = 'published'
    OR (NEW.verdict IN ('hidden', 'deleted') AND OLD.verdict IN ('pending', 'spam'))
) BEGIN
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
