-- After how many days the page takes no more comments; 0 for never, NULL for what the site says.
ALTER TABLE page ADD COLUMN close_after_days INTEGER CHECK (close_after_days >= 0);

-- Readers are shown whether a page takes comments: those who are there are told that what they see is
-- not all of it any more.
DROP TRIGGER page_set;
CREATE TRIGGER page_set AFTER UPDATE OF closed, read_only, slow_seconds, close_after_days ON page
WHEN OLD.closed IS NOT NEW.closed OR OLD.read_only <> NEW.read_only
    OR OLD.slow_seconds <> NEW.slow_seconds OR OLD.close_after_days IS NOT NEW.close_after_days
BEGIN
    UPDATE page SET version = version + 1, changes_from = version + 1 WHERE id = NEW.id;
END;
