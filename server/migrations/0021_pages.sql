-- What a page has of its own, where the site's settings are not to hold.
ALTER TABLE page ADD COLUMN policy TEXT CHECK (policy IN ('all', 'first', 'held'));
-- 1: no comments are taken; 0: they are, however old the page is and whatever the site says.
ALTER TABLE page ADD COLUMN closed INTEGER CHECK (closed IN (0, 1));
-- Nothing is taken: no comments, no edits, no votes.
ALTER TABLE page ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0 CHECK (read_only IN (0, 1));
-- Seconds between two comments of one person; 0 for none.
ALTER TABLE page ADD COLUMN slow_seconds INTEGER NOT NULL DEFAULT 0 CHECK (slow_seconds >= 0);
-- When somebody commented for the first time, or reacted.
ALTER TABLE page ADD COLUMN opened INTEGER;

UPDATE page SET opened = (SELECT min(created) FROM comment WHERE page_id = page.id);

-- Readers are shown whether a page takes comments.
CREATE TRIGGER page_set AFTER UPDATE OF closed, read_only, slow_seconds ON page
WHEN OLD.closed IS NOT NEW.closed OR OLD.read_only <> NEW.read_only
    OR OLD.slow_seconds <> NEW.slow_seconds
BEGIN
    UPDATE page SET version = version + 1 WHERE id = NEW.id;
END;
