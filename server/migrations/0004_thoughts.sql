-- Votes and reactions. How many there are stands with the comment or the page that they are for, so
-- that a thread is read without counting.
ALTER TABLE comment ADD COLUMN up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comment ADD COLUMN down INTEGER NOT NULL DEFAULT 0;
-- A JSON array of {"name": ..., "count": ...}; empty for none.
ALTER TABLE comment ADD COLUMN reactions TEXT NOT NULL DEFAULT '';
ALTER TABLE page ADD COLUMN reactions TEXT NOT NULL DEFAULT '';

CREATE TABLE thought (
    -- Keyed hash of the reader's secret together with what it is about: two thoughts of one reader
    -- don't show that they are.
    voice      BLOB    NOT NULL PRIMARY KEY,
    page_id    INTEGER NOT NULL REFERENCES page (id),
    -- Absent for the article.
    comment_id TEXT             REFERENCES comment (id),
    -- 1 up, -1 down, 0 neither.
    vote       INTEGER NOT NULL CHECK (vote IN (-1, 0, 1)),
    -- A JSON array of names.
    reactions  TEXT    NOT NULL,
    -- Keyed hash of the client's address together with what it is about, with a key that is
    -- forgotten after a day.
    client     TEXT    NOT NULL,
    -- Whether it is among those that are counted.
    counted    INTEGER NOT NULL CHECK (counted IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX thought_client ON thought (client);
CREATE INDEX thought_page ON thought (page_id);
CREATE INDEX thought_comment ON thought (comment_id) WHERE comment_id IS NOT NULL;

CREATE INDEX comment_top ON comment (page_id, up - down, id)
    WHERE parent_id IS NULL AND state <> 'gone';

CREATE TRIGGER page_thought AFTER UPDATE OF reactions ON page BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.id;
END;
